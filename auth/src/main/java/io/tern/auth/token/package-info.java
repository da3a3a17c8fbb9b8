/// JSON Web Tokens, and where the keys to verify them come from.
package io.tern.auth.token;
