// Named points at which a program of ours dies as by kill -9 (RELIABILITY K2): CALSYNC_CRASH_AT=<point>:<n> kills it
// when it comes to that point for the n-th time, CALSYNC_CRASH_AT=list prints all points.
//
// Nothing of this is in the product. calsyncd_crash and calsync_crash are the very libraries of calsyncd and
// calsync, with three doors replaced when they are linked (--wrap): EventLog::open, reach_cluster and the
// log's Disk give what they always give, seen through the watchers of this folder.
#pragma once
#include <array>
#include <string_view>

namespace calsync::crash {

struct Point {
  std::string_view name;
  bool recurs;  // comes often; the others once in a start
};

inline constexpr std::array<Point, 41> points{{
    // the log, as its users see it
    {"append.before", true},
    {"append.durable", true},  // not answered yet
    {"normalise.before", true},
    {"normalise.after", true},
    {"claim.pending.before", false},
    {"claim.pending.after", false},
    {"claim.confirmed.before", false},
    {"claim.confirmed.after", false},
    {"clear.before", false},  // rebuild
    {"clear.after", false},
    {"rebuild.before", false},  // the first records that are read again
    {"rebuild.after", false},
    {"rebuild.filled", false},  // the views of the cut are back
    {"trim.before", true},
    {"trim.after", true},
    {"trim.driving_out", false},
    {"trim.driven_out", false},
    // its disk
    {"wal.append", true},
    {"wal.sync.before", true},
    {"wal.sync.after", true},
    {"witness.create", true},
    {"witness.sync.after", true},
    {"witness.rename.before", true},
    {"witness.rename.after", true},
    {"manifest.append", true},
    {"manifest.sync.after", true},
    {"current.rename.before", false},
    {"current.rename.after", false},
    {"table.create", true},
    {"table.sync.after", true},
    {"wal.delete", false},
    // Kafka
    {"producer.open", false},
    {"init.before", false},
    {"init.after", false},
    {"begin.after", true},
    {"produce.event", true},
    {"produce.state", true},
    {"produce.cursor", true},
    {"commit.before", true},
    {"commit.under_way", true},  // some moment after it was sent
    {"commit.after", true},
}};

void at(std::string_view point);
// Somewhat later, while what comes next is under way.
void soon_after(std::string_view point);

}  // namespace calsync::crash
