// Talks to a running daemon over its control socket (daemon/admin/control.hpp tells the protocol).
// Owner:    a command.
// Blocks:   each call, bounded.
// Fails:    not_found = no daemon runs on this log; else as HttpClient, or what the daemon answered.
#pragma once
#include "connectors/http/client.hpp"
#include "daemon/cli/context.hpp"

#include <boost/json/value.hpp>

#include <filesystem>

namespace calsync::cli {

class ControlClient {
 public:
  // Asks nothing yet but whether somebody listens.
  static Result<ControlClient> connect(const std::filesystem::path& log_path, std::stop_token stop);

  Result<boost::json::value> get(const std::string& target,
                                 std::chrono::milliseconds timeout = std::chrono::seconds{30});
  // The body as it is: /metrics is no JSON.
  Result<std::string> text(const std::string& target);
  Result<boost::json::value> post(const std::string& target, const boost::json::value& body,
                                  std::chrono::milliseconds timeout = std::chrono::minutes{2});
  Result<void> remove(const std::string& target);

 private:
  ControlClient(std::filesystem::path log_path, std::stop_token stop)
      : log_path_(std::move(log_path)), stop_(std::move(stop)) {}
  Result<HttpAnswer> ask(const HttpRequest& request, std::chrono::milliseconds timeout);

  std::filesystem::path log_path_;
  std::stop_token stop_;
};

}  // namespace calsync::cli
