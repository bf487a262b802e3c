import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * A master as its agents see it: JSSE behind an HTTP server that answers every request with 200.
 *
 * Options, each followed by its value: --keys STORE, --trust STORE-or-PEM, --password TEXT (of both stores), --ask need|want|none,
 * --protocols LIST, --ciphers LIST, --bind ADDRESS, --port NUMBER (0: any), --plain yes (no TLS at all). It prints its port and ends with its
 * standard input.
 */
public final class Master {
    private final Map<String, String> options;

    private Master(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int place = 0; place + 1 < arguments.length; place += 2) {
            options.put(arguments[place].substring(2), arguments[place + 1]);
        }
        new Master(options).serve();
    }

    private void serve() throws Exception {
        InetSocketAddress place = new InetSocketAddress(InetAddress.getByName(option("bind", "127.0.0.1")), Integer.parseInt(option("port", "0")));
        HttpServer server = options.containsKey("plain") ? HttpServer.create(place, 50) : secured(HttpsServer.create(place, 50));
        ExecutorService workers = Executors.newCachedThreadPool();
        server.setExecutor(workers);
        server.createContext("/", Master::answer);
        server.start();
        System.out.println(server.getAddress().getPort());
        System.out.flush();
        while (System.in.read() >= 0) {
            // Whoever started it holds the other end.
        }
        server.stop(0);
        workers.shutdownNow();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] words = "a master\n".getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(200, words.length);
        exchange.getResponseBody().write(words);
        exchange.close();
    }

    private HttpsServer secured(HttpsServer server) throws Exception {
        char[] password = option("password", "default").toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(Paths.get(options.get("keys")).toFile(), password), password);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted(password));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        server.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        parameters.setSSLParameters(wanted(getSSLContext().getDefaultSSLParameters()));
                    }
                });
        return server;
    }

    private SSLParameters wanted(SSLParameters parameters) {
        if (options.containsKey("protocols")) {
            parameters.setProtocols(options.get("protocols").split(","));
        }
        if (options.containsKey("ciphers")) {
            parameters.setCipherSuites(options.get("ciphers").split(","));
        }
        String ask = option("ask", "none");
        if (ask.equals("need")) {
            parameters.setNeedClientAuth(true);
        } else if (ask.equals("want")) {
            parameters.setWantClientAuth(true);
        }
        return parameters;
    }

    /** The trust store: a store of Java's, or the certificates of a PEM file; without the option the key store is trusted too. */
    private KeyStore trusted(char[] password) throws Exception {
        Path path = Paths.get(option("trust", options.get("keys")));
        if (!new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
            return KeyStore.getInstance(path.toFile(), password);
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(path)) {
            int number = 0;
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("trusted" + number++, one);
            }
        }
        return store;
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }
}
