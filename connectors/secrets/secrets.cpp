#include "connectors/secrets/secrets.hpp"
