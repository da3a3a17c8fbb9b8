/// Conformance as data: scripts that say what a client sends and what a broker must answer, each with the statements of
/// the specification that it holds, and what is needed to run them against any broker.
package io.tern.cli.conformance;
