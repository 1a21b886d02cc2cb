#include "intake_server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <filesystem>
#include <unistd.h>

namespace calsync::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class Pem {  // a fresh key and its self-signed certificate, as files
 public:
  explicit Pem(const std::string& name) {
    static int count = 0;
    folder_ = fs::temp_directory_path() /
              ("calsync-tls-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    fs::create_directories(folder_);
    write(name);
  }
  ~Pem() { fs::remove_all(folder_); }
  Pem(const Pem&) = delete;
  Pem& operator=(const Pem&) = delete;
  void write(const std::string& name) const {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), pair.get());
    X509_NAME* subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(), subject);
    X509_sign(made.get(), pair.get(), EVP_sha256());
    const auto open = [](const fs::path& path) {
      return std::unique_ptr<FILE, int (*)(FILE*)>(std::fopen(path.c_str(), "w"), &std::fclose);
    };
    PEM_write_X509(open(certificate()).get(), made.get());
    PEM_write_PrivateKey(open(key()).get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }
  [[nodiscard]] fs::path certificate() const { return folder_ / "certificate.pem"; }
  [[nodiscard]] fs::path key() const { return folder_ / "key.pem"; }
  [[nodiscard]] ListenerOptions options() const {
    ListenerOptions out;
    out.certificate = certificate();
    out.private_key = key();
    return out;
  }

 private:
  fs::path folder_;
};

class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int version_max = TLS1_3_VERSION, std::string_view alpn = {}) {
    const timeval limit{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), version_max);
    ssl_.reset(SSL_new(context_.get()));
    if (!alpn.empty())
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(alpn.data()),
                          static_cast<unsigned>(alpn.size()));
    SSL_set_fd(ssl_.get(), socket_);
    connected_ = SSL_connect(ssl_.get()) == 1;
  }
  ~TlsClient() {
    ssl_.reset();
    ::close(socket_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
  [[nodiscard]] std::string server_name() const {
    const std::unique_ptr<X509, decltype(&X509_free)> peer(SSL_get1_peer_certificate(ssl_.get()), X509_free);
    std::array<char, 100> text{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, text.data(), text.size());
    return text.data();
  }
  std::string ask(const std::string& bytes) {
    SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    return read();
  }
  std::string read() {
    std::string out(4096, '\0');
    const int got = SSL_read(ssl_.get(), out.data(), static_cast<int>(out.size()));
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }
  bool ended_with_close_notify() {
    char byte = 0;
    return SSL_get_error(ssl_.get(), SSL_read(ssl_.get(), &byte, 1)) == SSL_ERROR_ZERO_RETURN;
  }

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
  bool connected_ = false;
};

TEST(Tls, ServesRequestsOfEverySizeOnOneConnection) {
  const Pem pem("one");
  IntakeServer server(pem.options());
  TlsClient client(server.port());
  ASSERT_TRUE(client.connected());
  EXPECT_EQ(client.version(), "TLSv1.3");
  for (const std::size_t size : {0U, 2'000U, 16'384U, 300'000U}) {
    EXPECT_THAT(client.ask(signed_post(std::string(size, 'x'))), HasSubstr("HTTP/1.1 200 OK"));
    EXPECT_EQ(server.last().body.size(), size);
  }
}

TEST(Tls, RefusesOldVersionsAndSpeaks12) {
  const Pem pem("one");
  IntakeServer server(pem.options());
  EXPECT_FALSE(TlsClient(server.port(), TLS1_1_VERSION).connected());
  TlsClient client(server.port(), TLS1_2_VERSION);
  ASSERT_TRUE(client.connected());
  EXPECT_THAT(client.ask(signed_post("x")), HasSubstr("200 OK"));
  EXPECT_EQ(server.metric("calsync_intake_tls_failures_total"), 1);
}

TEST(Tls, ChoosesHttp11AndSaysSoToAClientThatOnlyHasHttp2) {
  const Pem pem("one");
  IntakeServer server(pem.options());
  EXPECT_TRUE(TlsClient(server.port(), TLS1_3_VERSION, "\x02h2\x08http/1.1").connected());
  EXPECT_FALSE(TlsClient(server.port(), TLS1_3_VERSION, "\x02h2").connected());
}

TEST(Tls, ARefusalIsReadAndTheConnectionEndsProperly) {
  const Pem pem("one");
  IntakeServer server(pem.options());
  TlsClient client(server.port());
  EXPECT_THAT(client.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), HasSubstr("405"));
  EXPECT_TRUE(client.ended_with_close_notify());
}

TEST(Tls, PlainHttpOnATlsPortAndAStalledHandshakeHarmNobody) {
  const Pem pem("one");
  auto options = pem.options();
  options.limits.header = std::chrono::milliseconds(200);
  IntakeServer server(std::move(options));
  Client plain(server.port());
  plain.send(signed_post("x"));
  EXPECT_EQ(plain.read().status, 0u);
  Client stalled(server.port());
  EXPECT_TRUE(stalled.closed());
  EXPECT_EQ(server.delivered(), 0u);
}

TEST(Tls, ASlowHeaderGets408) {
  const Pem pem("one");
  auto options = pem.options();
  options.limits.header = std::chrono::milliseconds(200);
  IntakeServer server(std::move(options));
  TlsClient client(server.port());
  EXPECT_THAT(client.ask("POST /hooks/main HTT"), HasSubstr("408"));
}

TEST(Tls, ReloadTakesTheNewCertificateAndKeepsOpenConnections) {
  const Pem pem("old");
  IntakeServer server(pem.options());
  TlsClient before(server.port());
  EXPECT_EQ(before.server_name(), "old");
  pem.write("new");
  server.on_loop([&] { EXPECT_TRUE(server.listener().reload({{SourceId("main"), {Secret(secret)}}})); });
  EXPECT_EQ(TlsClient(server.port()).server_name(), "new");
  EXPECT_THAT(before.ask(signed_post("x")), HasSubstr("200 OK"));
}

TEST(Tls, AReloadThatFailsSaysWhyAndKeepsServing) {
  const Pem pem("old");
  const Pem other("other");
  IntakeServer server(pem.options());
  fs::copy_file(other.key(), pem.key(), fs::copy_options::overwrite_existing);
  server.on_loop([&] {
    const auto refused = server.listener().reload({{SourceId("main"), {Secret("new")}}});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text(), HasSubstr("is not the key of the certificate"));
  });
  TlsClient client(server.port());
  EXPECT_EQ(client.server_name(), "old");
  EXPECT_THAT(client.ask(signed_post("x")), HasSubstr("200 OK")) << "the secrets are the old ones, too";
}

TEST(Tls, DrainEndsItsConnections) {
  const Pem pem("one");
  IntakeServer server(pem.options());
  TlsClient idle(server.port());
  EXPECT_THAT(idle.ask(signed_post("x")), HasSubstr("200 OK"));
  server.drain();
  EXPECT_TRUE(server.wait_drained(std::chrono::seconds(10)));
}

TEST(TlsStart, NamesTheFileAndTheCure) {
  const Pem pem("one");
  const Pem other("other");
  boost::asio::io_context io;
  SystemClock clock;
  MetricRegistry metrics;
  const auto start = [&](const fs::path& certificate, const fs::path& key) -> std::string {
    ListenerOptions options;
    options.listen = "127.0.0.1:0";
    options.certificate = certificate;
    options.private_key = key;
    auto made = WebhookListener::start(
        io, std::move(options), [](auto, auto) {}, clock, metrics);
    return made ? "started" : made.error().text();
  };
  EXPECT_EQ(start(pem.certificate(), pem.key()), "started");
  EXPECT_THAT(start("/nowhere.pem", pem.key()), HasSubstr("/nowhere.pem: No such file"));
  EXPECT_THAT(start(pem.certificate(), "/nowhere.pem"), HasSubstr("intake.tls.private_key"));
  EXPECT_THAT(start(pem.key(), pem.key()), HasSubstr("no PEM certificate chain"));
  EXPECT_THAT(start(pem.certificate(), pem.certificate()), HasSubstr("no PEM private key"));
  EXPECT_THAT(start(pem.certificate(), other.key()), HasSubstr("is not the key of the certificate"));
}

}  // namespace
}  // namespace calsync::test
