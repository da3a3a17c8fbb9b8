package io.tern.client;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Verifies who has signed a certificate, and not which host it is for. java.net.http has no other way to say so.
final class AnyHost extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager signers;

    AnyHost(X509ExtendedTrustManager signers) {
        this.signers = signers;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
        signers.checkServerTrusted(chain, keyExchange);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
            throws CertificateException {
        signers.checkServerTrusted(chain, keyExchange);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
            throws CertificateException {
        signers.checkServerTrusted(chain, keyExchange);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        signers.checkClientTrusted(chain, kind);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        signers.checkClientTrusted(chain, kind, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        signers.checkClientTrusted(chain, kind, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return signers.getAcceptedIssuers();
    }
}
