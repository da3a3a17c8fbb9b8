/// What an operator gets to know: alarms, the audit log, and where they go.
package io.tern.admin.watch;
