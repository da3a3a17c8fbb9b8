/// Certificates made in tests, for tests: good ones and bad ones, as files, without any outside program.
package io.tern.testpki;
