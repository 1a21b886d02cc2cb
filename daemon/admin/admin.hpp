// The admin listener and the control socket:
// routes over what AdminSources report (control.hpp has the protocol).
// Owner:    App; started when the log is open, stopped before it closes.
// Runs on:  the io_context it was given.
// Blocks:   on bounded reads of the log (at most 256 events at a time) and on a checkpoint.
// Promises: with a token set, nothing but /healthz and /readyz is answered without it on the TCP listener;
//           what changes something is reachable through the control socket only.
// Fails:    start() when it cannot listen (conflict: another daemon has the control socket), or would without
//           a token where other machines reach (rejected).
#pragma once
#include "connectors/http/server.hpp"
#include "daemon/admin/status.hpp"
#include "state/base/secret.hpp"

#include <filesystem>

namespace calsync {

struct AdminOptions {
  std::string listen;                     // "host:port"
  std::optional<int> inherited_socket{};  // from systemd
  std::vector<std::string> hosts{};       // further names that a Host header may give
  Secret token{};                         // empty: none is asked
  std::filesystem::path log_path;         // control.sock and checkpoints/ lie in it
};

class Admin {
 public:
  static Result<std::unique_ptr<Admin>> start(boost::asio::io_context& io, AdminOptions options,
                                              AdminSources sources);
  virtual ~Admin() = default;
  [[nodiscard]] virtual const AdminSources& sources() const = 0;
  [[nodiscard]] virtual std::string listening() const = 0;
  // On the loop. None is not taken over where other machines reach the listener: the old one stays.
  virtual void set_token(Secret token) = 0;
  virtual void stop() = 0;  // on the loop: no request is answered after it

 protected:
  Admin() = default;
};

}  // namespace calsync
