#include "daemon/cli/control_client.hpp"

#include "daemon/admin/control.hpp"
#include "daemon/cli/deep_json.hpp"

#include <boost/json.hpp>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <unistd.h>

namespace calsync::cli {

namespace {
// Who listens? ENOENT and ECONNREFUSED mean nobody, which is no error for most commands; the rest is told.
Result<void> knock(const SocketName& name, const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.text().size() >= sizeof address.sun_path)
    return Error{Errc::rejected, "the socket's name is too long: " + path.string()};
  std::memcpy(address.sun_path, name.text().c_str(), name.text().size() + 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return Error{Errc::io, "no socket: " + std::generic_category().message(errno)};
  const int failed =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  ::close(socket);
  if (failed == 0) return {};
  if (failed == ENOENT || failed == ECONNREFUSED)
    return Error{Errc::not_found, "no daemon listens on " + path.string() + ": start calsyncd"};
  if (failed == EACCES)
    return Error{Errc::unauthorised,
                 "may not open " + path.string() + ": run this as the daemon's user, or as root"};
  return Error{Errc::unavailable, path.string() + ": " + std::generic_category().message(failed)};
}

Result<boost::json::value> read_answer(const HttpAnswer& answer) {
  auto value = parse_deep_json(answer.body);
  if (answer.status < 400) {
    if (!value) return Error{Errc::rejected, "the daemon did not answer in JSON: is it of another version?"};
    return value;
  }
  std::string message = "status " + std::to_string(answer.status);
  if (value)
    if (const auto* told = value->if_object() ? value->as_object().if_contains("error") : nullptr;
        told && told->if_object())
      if (const auto* text = told->as_object().if_contains("message"); text && text->if_string())
        message = text->as_string().c_str();
  const Errc what = answer.status == 503   ? Errc::unavailable
                    : answer.status == 404 ? Errc::not_found
                                           : Errc::rejected;
  return Error{what, "the daemon refused: " + message};
}
}  // namespace

Result<ControlClient> ControlClient::connect(const std::filesystem::path& log_path, std::stop_token stop) {
  const auto path = control_socket_path(log_path);
  CALSYNC_TRY(name, "reach the daemon", SocketName::of(path));
  CALSYNC_CHECK("reach the daemon", knock(name, path));
  return ControlClient(log_path, std::move(stop));
}

Result<HttpAnswer> ControlClient::ask(const HttpRequest& request, std::chrono::milliseconds timeout) {
  CALSYNC_TRY(name, "reach the daemon", SocketName::of(control_socket_path(log_path_)));
  HttpClientOptions options;
  options.timeout = timeout;
  options.body_limit = 64U << 20U;
  options.stop = stop_;
  CALSYNC_TRY(client, "reach the daemon", HttpClient::to_unix_socket(name.text(), options));
  CALSYNC_TRY(answer, "ask the daemon", client.send(request));
  return answer;
}

Result<boost::json::value> ControlClient::get(const std::string& target, std::chrono::milliseconds timeout) {
  HttpRequest request;
  request.target = target;
  CALSYNC_TRY(answer, target.substr(0, target.find('?')), ask(request, timeout));
  return read_answer(answer);
}

Result<std::string> ControlClient::text(const std::string& target) {
  HttpRequest request;
  request.target = target;
  CALSYNC_TRY(answer, target, ask(request, std::chrono::seconds{30}));
  if (answer.status >= 400) return read_answer(answer).error();
  return std::move(answer.body);
}

Result<boost::json::value> ControlClient::post(const std::string& target, const boost::json::value& body,
                                               std::chrono::milliseconds timeout) {
  const std::string text = body.is_null() ? "" : boost::json::serialize(body);
  HttpRequest request;
  request.method = "POST";
  request.target = target;
  request.repeatable = false;
  if (!text.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = text;
  CALSYNC_TRY(answer, target, ask(request, timeout));
  return read_answer(answer);
}

Result<void> ControlClient::remove(const std::string& target) {
  HttpRequest request;
  request.method = "DELETE";
  request.target = target;
  CALSYNC_TRY(answer, target.substr(0, target.find('?')), ask(request, std::chrono::seconds{10}));
  if (answer.status < 300) return {};
  return read_answer(answer).error();
}

}  // namespace calsync::cli
