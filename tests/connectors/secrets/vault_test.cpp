// A Vault on loopback that is sealed, or hangs.
#include "connectors/secrets/secrets.hpp"
#include "connectors/secrets/servers.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace calsync {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::seconds;

std::string reply(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// One request per connection. Its tokens are good for one second.
class FakeVault {
 public:
  FakeVault() : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}), thread_([this] { serve(); }) {}
  ~FakeVault() {
    ends_ = true;
    tcp::socket waker(io_);
    boost::system::error_code ignored;
    waker.connect(acceptor_.local_endpoint(), ignored);
    waker.close(ignored);
    thread_.join();
  }
  FakeVault(const FakeVault&) = delete;
  FakeVault& operator=(const FakeVault&) = delete;

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  std::atomic<bool> sealed = false;
  std::atomic<int> renewals = 0;

 private:
  void serve() {
    boost::system::error_code ignored;
    while (!ends_) {
      tcp::socket socket(io_);
      acceptor_.accept(socket, ignored);
      asio::streambuf buffer;
      asio::read_until(socket, buffer, "\r\n\r\n", ignored);
      const std::string request(asio::buffers_begin(buffer.data()), asio::buffers_end(buffer.data()));
      asio::write(socket, asio::buffer(answer(request)), ignored);
    }
  }
  std::string answer(const std::string& request) {
    const bool renewal = request.find("renew-self") != std::string::npos;
    if (renewal) ++renewals;
    if (sealed) return reply("503 Service Unavailable", R"({"errors":["Vault is sealed"]})");
    if (renewal) return reply("200 OK", R"({"auth":{"renewable":true,"lease_duration":1}})");
    return reply("200 OK", R"({"data":{"data":{"key":"a value"},"metadata":{"version":1}}})");
  }

  std::atomic<bool> ends_ = false;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

class VaultTest : public testing::Test {
 protected:
  VaultTest() { ::setenv("CALSYNC_TEST_TOKEN", "hvs.of a test", 1); }
  ~VaultTest() override {
    undo_stop_of_secret_servers();
    use_secret_servers({}, {});
    ::unsetenv("CALSYNC_TEST_TOKEN");
  }
  VaultTest(const VaultTest&) = delete;
  VaultTest& operator=(const VaultTest&) = delete;

  static void use(const std::string& url) {
    Settings::Vault settings;
    settings.address = url;
    settings.token = *parse_secret_ref("env:CALSYNC_TEST_TOKEN");
    use_secret_servers(settings, {});
  }
  static Result<Secret> read(const std::string& path) {
    return read_secret(*parse_secret_ref("vault:kv/" + path + "#key"));
  }
};

TEST_F(VaultTest, SealedAtTheFirstLoginIsAskedToRenewHalfAMinuteLater) {
  FakeVault vault;
  vault.sealed = true;
  use(vault.url());
  for (const char* path : {"vault_test/a", "vault_test/b", "vault_test/c"}) EXPECT_FALSE(read(path)) << path;
  EXPECT_EQ(vault.renewals, 1);
  const auto due = secret_servers_due();
  ASSERT_TRUE(due);
  EXPECT_GT(*due, seconds{20});
  EXPECT_LE(*due, seconds{30});
}

TEST_F(VaultTest, SealedWhenARenewalIsDueIsAskedForItOnceAndNotBySecretAndLook) {
  FakeVault vault;
  use(vault.url());
  ASSERT_TRUE(read("vault_test/kept"));
  ASSERT_EQ(vault.renewals, 1);
  EXPECT_EQ(secret_servers_due(), seconds{1});
  vault.sealed = true;
  const auto until = std::chrono::steady_clock::now() + seconds{20};
  while (vault.renewals == 1 && std::chrono::steady_clock::now() < until) (void)read("vault_test/kept");
  for (int look = 0; look < 5; ++look)
    EXPECT_TRUE(read("vault_test/kept")) << "the last good one stays in force";
  EXPECT_EQ(vault.renewals, 2);
  EXPECT_GT(secret_servers_due(), seconds{20});
}

TEST_F(VaultTest, OnceStoppedIsAskedForNothingWhateverSettingsAreReadAfterwards) {
  asio::io_context io;
  const tcp::acceptor silent(io, {asio::ip::address_v4::loopback(), 0});  // connects, and never answers
  const std::string url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
  use(url);
  stop_secret_servers();
  use(url);
  const auto got = read("vault_test/never");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::cancelled) << got.error().text();
}

}  // namespace
}  // namespace calsync
