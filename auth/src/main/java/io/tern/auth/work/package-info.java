/// Work that takes time: bounded in number and time, and spared a source that is down.
package io.tern.auth.work;
