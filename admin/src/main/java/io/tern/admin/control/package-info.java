/// What an operator can do while the broker runs.
package io.tern.admin.control;
