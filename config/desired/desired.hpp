// What the files of one commit want (DESIGN §6): resources by address, or all that is wrong with them at once.
// Pure: texts in, values or findings out. Never throws for any bytes; memory is linear in them.
#pragma once
#include "config/resources/resource.hpp"

#include <functional>
#include <optional>
#include <span>

namespace calsync {

struct SourceFile {
  std::string path;  // as people name it: "teams/editors.yaml"
  std::string text;
};

struct Finding {
  Place place;
  std::string what;      // what is wrong and the cure; never a secret
  bool warning = false;  // worth a look, and no reason to stop
  friend auto operator<=>(const Finding&, const Finding&) = default;
};

enum class WhenDrifted : std::uint8_t { report, heal };

struct Policy {
  struct Ignore {
    std::string address;                // a pattern: "eventType/*/draft-*"
    std::vector<std::string> pointers;  // RFC 6901, inside of the resource; empty: all of it
  };
  struct Limits {
    std::optional<std::int64_t> removals, changes;
    std::optional<double> removal_share;
  };
  std::map<std::string, Removal, std::less<>> removal;    // by kind; else keep
  std::map<std::string, WhenDrifted, std::less<>> drift;  // by kind; else report
  std::vector<Ignore> ignore;
  std::vector<std::string> protect;        // patterns of addresses that are never changed or removed
  std::vector<std::string> allowed_hosts;  // of webhook targets; empty: any https
  Limits limits;
};

struct Desired {
  Resources resources;
  Policy policy;
};

struct ReadDesired {
  Desired desired;
  std::vector<Finding> findings;  // by place; errors among them: `desired` is not to be used
  std::size_t more = 0;           // errors that are not among them, as far as was read
  [[nodiscard]] bool good() const;
};

// What only the machine knows.
struct DesiredFacts {
  std::function<bool(std::string_view)> knows_zone;  // is it a name of the IANA data base?
};

// *.yaml, *.yml and *.json; merged in the order of their paths.
ReadDesired read_desired(std::span<const SourceFile> files, const DesiredFacts& facts);

// "FILE:LINE:COLUMN: what" (warnings: "FILE:LINE:COLUMN: warning: what").
std::string to_text(const Finding& finding);

}  // namespace calsync
