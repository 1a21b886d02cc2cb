#include "connectors/webhook/listener.hpp"
