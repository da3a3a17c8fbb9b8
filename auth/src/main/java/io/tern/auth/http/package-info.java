/// Sources that are asked over HTTP.
package io.tern.auth.http;
