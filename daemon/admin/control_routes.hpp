// What only the control socket answers: checkpoints for readers, and reading quarantined records again.
// Owner: Admin. Runs on: the admin loop. Blocks: on a checkpoint's hard links.
#pragma once
#include "connectors/http/server.hpp"
#include "daemon/admin/admin_probe.hpp"
#include "state/store/event_log.hpp"

#include <filesystem>

namespace calsync {

class Checkpoints {
 public:
  Checkpoints(EventLog& log, const std::filesystem::path& log_path, const AdminProbe& probe);
  void remove_all();  // at start: whoever made them talked to a daemon that is gone
  ServerResponse create();
  ServerResponse remove(const std::string& path);

 private:
  void remove_forgotten();
  [[nodiscard]] std::size_t count() const;

  EventLog& log_;
  std::filesystem::path folder_;
  const AdminProbe& probe_;
};

boost::asio::awaitable<ServerResponse> retry_quarantined(EventLog& log, Clock& clock, const AdminProbe& probe,
                                                         std::string body);

}  // namespace calsync
