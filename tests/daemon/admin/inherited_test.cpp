// A socket from systemd listens where its unit says, not where admin.listen says:
// the rule is held to the former.
#include "connectors/http/listen.hpp"
#include "tests/daemon/admin/admin_fixture.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

namespace calsync::testing_admin {
namespace {

using testing::HasSubstr;

class InheritedTest : public AdminTest {
 protected:
  AdminOptions behind(int socket, const std::string& token = "") {
    return {.listen = "127.0.0.1:9464",
            .inherited_socket = socket,
            .token = Secret(token),
            .log_path = folder / "log"};
  }
};

TEST_F(InheritedTest, IsRefusedWhereOtherMachinesReachItWithoutAToken) {
  for (const char* address : {"0.0.0.0:0", "[::]:0"}) {
    const auto socket = listen_tcp(address);
    if (!socket) continue;  // no IPv6 here
    const auto started = Admin::start(io, behind(*socket), sources());
    ASSERT_FALSE(started) << address;
    EXPECT_EQ(started.error().code, Errc::rejected);
    EXPECT_THAT(started.error().text(), HasSubstr("set admin.token"));
    EXPECT_FALSE(std::filesystem::exists(control_socket_path(folder / "log")));
    ::close(*socket);
  }
}

TEST_F(InheritedTest, IsServedOnLoopbackWithoutAToken) {
  start(behind(*listen_tcp("127.0.0.1:0")));
  EXPECT_EQ(tcp({.target = "/api/v1/status"}).status, 200U);
}

TEST_F(InheritedTest, IsServedToOthersWithATokenThatDoesNotGoAway) {
  const int socket = *listen_tcp("0.0.0.0:0");
  start(behind(socket, "a long and secret token"));
  EXPECT_EQ(tcp({.target = "/api/v1/status"}).status, 401U);
  boost::asio::post(io, [this] { admin->set_token(Secret()); });
  EXPECT_EQ(tcp({.target = "/api/v1/status"}).status, 401U);
  EXPECT_EQ(
      tcp({.target = "/api/v1/status", .headers = {{"Authorization", "Bearer a long and secret token"}}})
          .status,
      200U);
}

}  // namespace
}  // namespace calsync::testing_admin
