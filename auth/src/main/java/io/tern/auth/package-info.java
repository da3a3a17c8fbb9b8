/// Who may connect, and do what, as the operator's configuration says: the chains, and where their parts come from.
package io.tern.auth;
