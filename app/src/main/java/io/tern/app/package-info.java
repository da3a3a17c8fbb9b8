/// `main`, and the one place where all rooms are wired together, by constructors, readable top to bottom.
package io.tern.app;
