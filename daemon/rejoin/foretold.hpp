// What the log's own unread records, those of before the restore, will make: Kafka must tell the very same.
#pragma once
#include "daemon/rejoin/rejoin.hpp"

namespace calsync {

class Foretold {
 public:
  // Nothing is written. `upto`: the last record of the backup.
  static Result<Foretold> make(const EventLog& log, RawSequence upto);
  // The n-th event beyond the log's head, from 0 on. Fails: corrupt, where log and Kafka differ.
  [[nodiscard]] Result<void> compare(std::size_t n, const EventRecord& told) const;

 private:
  RawSequence upto_;
  std::vector<Digest> prints_;
};

}  // namespace calsync
