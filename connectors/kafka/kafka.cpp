#include "state/events/event_record.hpp"
