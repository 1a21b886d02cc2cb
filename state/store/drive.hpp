// Who makes the log's own work go on: a thread that the log keeps for it, or whoever opened the log, turn by
// turn (a simulator, where everything runs on one thread and in an order that a seed decides).
#pragma once

namespace calsync::store {

enum class Drive : bool { own_thread, by_hand };

}  // namespace calsync::store
