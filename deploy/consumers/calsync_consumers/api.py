"""JSON over HTTPS to somebody's API. 429 and 5xx are asked again, after Retry-After or longer and longer pauses, for as long as it takes.

A request that was not answered may have been carried out all the same: where asking twice would do it twice, `unsure` looks first.
"""
import email.utils
import http.client
import json
import logging
import random
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from .errors import Poison, SettingsError

log = logging.getLogger("calsync")
PAUSE_MOST_S = 60
RETRY_AFTER_MOST_S = 3600


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None  # a redirect would take our token along


class Api:
    """`base` may itself be a secret (Slack's is): messages name only the host. `settle`: seconds until `unsure` sees what was done."""

    def __init__(self, name, base, headers, wait, timeout=20, settle=0.0):
        parts = urlsplit(base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")):
            raise SettingsError(f"{name}: its address is https")
        self.name, self.base, self.headers, self.wait = f"{name} ({parts.hostname})", base, headers, wait
        self.timeout, self.settle = timeout, settle
        self.opener = urllib.request.build_opener(_NoRedirect)

    def call(self, method, path="", body=None, unsure=None):
        """The answer's JSON, or its text; None for 404 on PUT. `unsure()`: what an unanswered try has done, or None."""
        attempt = 0
        while True:
            status, answer, after = self._once(method, path, body)
            if status is not None and 200 <= status < 300:
                return answer
            if status is not None and status != 429 and status < 500:
                return self._refused(method, status)
            attempt += 1
            pause = _pause(attempt, after)
            log.warning("%s: %s; asking again in %.1f s", self.name, f"answered {status}" if status else answer, pause)
            carried_out = unsure and status != 429
            self.wait(max(pause, self.settle) if carried_out else pause)
            if carried_out and (found := unsure()) is not None:
                return found

    def _once(self, method, path, body):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": "application/json", "User-Agent": "calsync-consumers", **self.headers}
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with self.opener.open(request, timeout=self.timeout) as answer:
                return answer.status, _parsed(answer.read()), None
        except urllib.error.HTTPError as error:
            error.close()
            return error.code, None, error.headers.get("Retry-After")
        except urllib.error.URLError as error:
            return None, type(error.reason).__name__, None
        except (OSError, http.client.HTTPException) as error:
            return None, type(error).__name__, None

    def _refused(self, method, status):
        if status == 404 and method == "PUT":
            return None  # somebody took it away
        if status in (400, 413, 422):
            raise Poison(f"{self.name} answered {status}: it does not take what this event makes")
        raise SettingsError(f"{self.name} answered {status}: its address, or what our key may do")


def _parsed(body):
    try:
        return json.loads(body) if body else {}
    except ValueError:
        return body.decode(errors="replace")


def _pause(attempt, after):
    named = _seconds(after)
    if named is not None:
        return min(named, RETRY_AFTER_MOST_S)
    return min(2 ** (attempt - 1), PAUSE_MOST_S) * random.uniform(0.5, 1)


def _seconds(after):
    """Retry-After: seconds or a date."""
    if after is None:
        return None
    if after.strip().isdecimal():
        return int(after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(after).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
