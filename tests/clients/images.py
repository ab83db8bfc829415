"""Images through clients that others have written: the `dlcs` client registers them, the IIIF validator looks at them.

Takes PORTICO_URL and PORTICO_CREDENTIALS, a file with a customer's number, key and secret. Each check prints a line.
"""

import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import types
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import requests
from PIL import Image as Picture

URL = os.environ["PORTICO_URL"].rstrip("/")
with open(os.environ["PORTICO_CREDENTIALS"], encoding="utf-8") as file:
    CREDENTIALS = json.load(file)

# The client takes its settings from a module of this name.
settings = types.ModuleType("settings")
settings.DLCS_ENTRY = URL + "/"
settings.DLCS_API_KEY = CREDENTIALS["key"]
settings.DLCS_API_SECRET = CREDENTIALS["secret"]
settings.DLCS_CUSTOMER_ID = CREDENTIALS["customer"]
sys.modules["settings"] = settings

from dlcs import client  # noqa: E402
from dlcs.image_collection import Image, ImageCollection  # noqa: E402
from iiif_validator.validator import ValidationInfo  # noqa: E402


def check(what, good, why=""):
    print(f"ok - {what}" if good else f"not ok - {what}: {why}", flush=True)
    return good


def squares():
    """The picture that the validator knows: ten by ten squares, each in a colour of its own."""
    picture = Picture.new("RGB", (1000, 1000))
    for column, colours in enumerate(ValidationInfo().colorInfo):
        for row, colour in enumerate(colours):
            picture.paste(colour, (column * 100, row * 100, column * 100 + 100, row * 100 + 100))
    bytes_ = io.BytesIO()
    picture.save(bytes_, "PNG")
    return bytes_.getvalue()


class Origin(BaseHTTPRequestHandler):
    """Serves the one picture, whatever is asked for."""

    picture = squares()

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(self.picture)))
        self.end_headers()
        self.wfile.write(self.picture)

    def log_message(self, *_):
        pass


def main():
    origin = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    picture = f"http://127.0.0.1:{origin.server_address[1]}/squares.png"
    api = requests.Session()
    api.auth = (CREDENTIALS["key"], CREDENTIALS["secret"])

    # Found by links alone; the client itself puts its addresses together.
    customer = api.get(f"{URL}/customers/{CREDENTIALS['customer']}").json()
    space = api.post(customer["spaces"], json={"name": f"Clients {os.getpid()}"}).json()

    names = ["squares", "squares-2", "squares-3"]
    batch = client.register_collection(
        ImageCollection([
            Image(id=name, space=space["id"], origin=picture, string_1="clients", number_1=number)
            for number, name in enumerate(names)
        ])
    )
    check("dlcs: a collection becomes a batch", batch.count == len(names), vars(batch))
    until = time.monotonic() + 60
    while not batch.is_completed() and time.monotonic() < until:
        time.sleep(0.2)
        batch.update()
    check("dlcs: the batch completes", batch.is_completed(), vars(batch))

    image = api.get(f"{space['images']}/{names[0]}").json()
    info = requests.get(image["infoJson"])
    check("the information on an image is there for everybody", info.status_code == 200, info.text)
    thumbnail = requests.get(image["thumbnail400"])
    size = Picture.open(io.BytesIO(thumbnail.content)).size if thumbnail.ok else None
    check("its thumbnail is 400 pixels wide and high", size == (400, 400), size)

    base = urlsplit(image["infoJson"].removesuffix("/info.json"))
    prefix, identifier = base.path.strip("/").rsplit("/", 1)
    validator = os.path.join(os.path.dirname(sys.executable), "iiif-validate.py")
    arguments = ["-s", base.netloc, "-p", prefix, "-i", identifier, "--version", "3.0", "--level", "2", "--verbose"]
    ran = subprocess.run([sys.executable, validator, *arguments], capture_output=True, text=True, timeout=300)
    said = ran.stdout + ran.stderr
    # All but one: `size_noup` wants 400 of a `!w,h` beyond the picture, where the table of Image API 3.0 §4.2 has a size.
    passed, done = re.findall(r"test (\w+) PASS", said), re.search(r"Done \((\d+) tests", said)
    good = done and len(passed) == int(done[1]) - 1 and "size_noup" not in passed
    check("iiif-validator: level 2 of the Image API 3.0", good, "\n".join(said.strip().splitlines()[-20:]))

    api.post(customer["deleteImages"], json={"member": [{"id": name, "space": space["id"]} for name in names]})
    gone = api.delete(space["@id"])
    check("the space is left as it was found", gone.status_code == 205, gone.text)
    origin.shutdown()


main()
