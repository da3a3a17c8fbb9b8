package io.tern.app;

import picocli.CommandLine.IVersionProvider;

/// Which Tern this is, as its jar says.
final class Version implements IVersionProvider {

    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "from source" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"Tern " + text()};
    }
}
