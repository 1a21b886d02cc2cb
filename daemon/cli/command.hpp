// The table of commands: a row each (command_table.cpp), a file each (cmd_*.cpp). Help, man page and
// completions are made from the same rows.
#pragma once
#include "daemon/cli/context.hpp"

#include <functional>
#include <span>

namespace CLI {
class App;
}

namespace calsync::cli {

// What parsing made of the words: run once, after all options are known.
using Action = std::function<Exit(Context&)>;

struct Command {
  std::string_view path;             // "log list"
  std::string_view summary;          // one line, no full stop
  std::string_view details;          // further paragraphs of `--help` and the man page
  Action (*declare)(CLI::App& app);  // adds the options; they outlive the parse inside the Action
};
std::span<const Command> commands();

Action declare_send(CLI::App& app);
Action declare_status(CLI::App& app);
Action declare_doctor(CLI::App& app);
Action declare_validate(CLI::App& app);
Action declare_import(CLI::App& app);
Action declare_plan(CLI::App& app);
Action declare_apply(CLI::App& app);
Action declare_drift(CLI::App& app);
Action declare_ooo_add(CLI::App& app);
Action declare_ooo_edit(CLI::App& app);
Action declare_ooo_list(CLI::App& app);
Action declare_ooo_rm(CLI::App& app);
Action declare_forget(CLI::App& app);
Action declare_connect(CLI::App& app);
Action declare_onboard(CLI::App& app);
Action declare_offboard(CLI::App& app);
Action declare_rotate_api_key(CLI::App& app);
Action declare_rotate_webhook_secret(CLI::App& app);
Action declare_suspend(CLI::App& app);
Action declare_resume(CLI::App& app);
Action declare_bookings_list(CLI::App& app);
Action declare_bookings_people(CLI::App& app);
Action declare_bookings_show(CLI::App& app);
Action declare_bookings_report(CLI::App& app);
Action declare_bookings_cancel(CLI::App& app);
Action declare_bookings_reassign(CLI::App& app);
Action declare_bookings_reschedule(CLI::App& app);
Action declare_bookings_confirm(CLI::App& app);
Action declare_bookings_decline(CLI::App& app);
Action declare_bookings_mark_absent(CLI::App& app);
Action declare_audit(CLI::App& app);
Action declare_sandbox(CLI::App& app);
Action declare_sandbox_book(CLI::App& app);
Action declare_at(CLI::App& app);
Action declare_log_list(CLI::App& app);
Action declare_log_show(CLI::App& app);
Action declare_log_tail(CLI::App& app);
Action declare_log_quarantine(CLI::App& app);
Action declare_log_retry(CLI::App& app);
Action declare_log_replay(CLI::App& app);
Action declare_log_verify(CLI::App& app);
Action declare_log_rebuild(CLI::App& app);
Action declare_log_backup(CLI::App& app);
Action declare_log_restore(CLI::App& app);
Action declare_log_rejoin(CLI::App& app);

// Options written into shared storage that the Action keeps:
// `auto o = std::make_shared<Options>(); …; return [o](…)`.

}  // namespace calsync::cli
