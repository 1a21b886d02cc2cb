// POST and GET /control/backup: asks the daemon's own runner, which goes on when the asker is gone.
#include "daemon/admin/control_routes.hpp"
#include "daemon/care/backup_json.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

struct Wanted {
  std::optional<std::string> directory;
  std::optional<std::size_t> keep;
};

Result<Wanted> read_wanted(const std::string& body) {
  const Error wrong{
      Errc::rejected,
      R"(the body is not {"directory":"/absolute/path","keep":n}, n from 1 on, each may be missing)"};
  Wanted wanted;
  if (body.empty()) return wanted;
  boost::system::error_code bad;
  const json::value value = json::parse(body, bad);
  if (bad || !value.is_object()) return wrong;
  if (const json::value* directory = value.as_object().if_contains("directory")) {
    if (!directory->is_string() || !directory->as_string().starts_with("/")) return wrong;
    wanted.directory = std::string(directory->as_string());
  }
  if (const json::value* keep = value.as_object().if_contains("keep")) {
    const auto number = keep->to_number<std::uint32_t>(bad);
    if (bad || number == 0) return wrong;
    wanted.keep = number;
  }
  return wanted;
}

}  // namespace

ServerResponse begin_backup(BackupRunner* runner, const std::string& body) {
  if (runner == nullptr) return error_response(503, "unavailable", "this daemon makes no backups");
  auto wanted = read_wanted(body);
  if (!wanted) return error_response(400, "bad_request", wanted.error().what);
  const auto run = runner->request(std::move(wanted->directory), wanted->keep);
  if (!run)
    return run.error().code == Errc::conflict ? error_response(503, "unavailable", run.error().what)
                                              : error_response(400, "bad_request", run.error().what);
  return {.status = 202, .body = json::serialize(json::object{{"run", *run}})};
}

ServerResponse show_backup(BackupRunner* runner) {
  if (runner == nullptr) return error_response(503, "unavailable", "this daemon makes no backups");
  const BackupState state = runner->state();
  return {.body = json::serialize(
              json::object{{"run", state.run},
                           {"running", state.running},
                           {"share", state.share},
                           {"error", state.failed ? json::value(state.failed->what) : nullptr},
                           {"backup", state.last ? json::value(backup_json(*state.last)) : nullptr}})};
}

}  // namespace calsync
