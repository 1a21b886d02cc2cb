#include "state/events/raw_delivery.hpp"
