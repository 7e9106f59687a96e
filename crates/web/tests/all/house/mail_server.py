"""A mail server (aiosmtpd) that keeps each letter it takes as a file, says its port on a line, and lives until its input ends.

Addresses that begin with "refused" do not exist; those that begin with "later" are asked to come again, once.
"""

import argparse
import pathlib
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Keep:
    def __init__(self, folder, wrapped):
        self.folder, self.wrapped, self.count, self.seen = pathlib.Path(folder), wrapped, 0, set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return f"550 5.1.1 <{address}>: nobody has this address"
        if address.startswith("later") and address not in self.seen:
            self.seen.add(address)
            return "451 4.2.1 come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        head = f"X-From: {envelope.mail_from}\r\nX-To: {','.join(envelope.rcpt_tos)}\r\nX-Secret: {self.wrapped or session.ssl is not None}\r\n"
        part = self.folder / "part"
        part.write_bytes(head.encode() + envelope.content)
        part.rename(self.folder / f"{self.count:04}.eml")
        return "250 OK"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--secrecy", choices=["clear", "start-tls", "tls"], default="clear")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login", help="NAME:PASSWORD, without which nothing is taken")
    given = parser.parse_args()
    more = {}
    if given.secrecy != "clear":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(given.certificate, given.key)
        if given.secrecy == "tls":
            more["ssl_context"] = context
        else:
            more |= {"tls_context": context, "require_starttls": True}
    if given.login:
        name, password = given.login.split(":", 1)

        def check(server, session, envelope, mechanism, data):
            right = isinstance(data, LoginPassword) and (data.login, data.password) == (name.encode(), password.encode())
            return AuthResult(success=right, handled=False)

        more |= {"authenticator": check, "auth_required": True, "auth_require_tls": given.secrecy == "start-tls"}
    controller = Controller(Keep(given.folder, given.secrecy == "tls"), hostname="127.0.0.1", port=0, **more)
    # With port 0 the controller cannot trigger its own check; bind first to know a free port.
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    print(controller.port, flush=True)
    sys.stdin.read()
    controller.stop()


main()
