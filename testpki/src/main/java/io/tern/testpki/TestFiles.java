package io.tern.testpki;

import java.nio.file.Path;

/// Where an identity was written.
///
/// @param certificate PEM with the chain
/// @param key PEM with the private key
public record TestFiles(Path certificate, Path key) {}
