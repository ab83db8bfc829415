"""Resources as they were, by `memento-client`, unmodified.

Takes PORTICO_URL and PORTICO_CREDENTIALS, where a key of a customer is. Each check prints a line.
"""

import datetime
import json
import os
import time

import requests
from memento_client import MementoClient

URL = os.environ["PORTICO_URL"].rstrip("/")
with open(os.environ["PORTICO_CREDENTIALS"], encoding="utf-8") as kept:
    PAIR = json.load(kept)
SESSION = requests.Session()
SESSION.auth = (PAIR["key"], PAIR["secret"])
AS_JSON = {"accept": "application/ld+json"}


def check(what, good, why=""):
    print(f"ok - {what}" if good else f"not ok - {what}: {why}", flush=True)
    return good


def get(address):
    answer = SESSION.get(address, headers=AS_JSON, timeout=30)
    answer.raise_for_status()
    return answer.json()


entry = get(URL + "/")
customer = get(get(entry["customers"])["member"][0]["@id"])
space = SESSION.post(customer["spaces"], json={"name": "Zero"}, timeout=30).headers["location"]
instants = []
for name in ["One", "Two", "Three"]:
    time.sleep(1.1)
    instants.append(datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0))
    time.sleep(1.1)
    patch = {"content-type": "application/merge-patch+json"}
    SESSION.patch(space, data=json.dumps({"name": name}), headers=patch, timeout=30).raise_for_status()
time.sleep(1.1)
instants.append(datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0))
names = ["Zero", "One", "Two", "Three"]


def closest(instant, native):
    client = MementoClient(timegate_uri=URL + "/timegate/", check_native_timegate=native, session=SESSION)
    return client.get_memento_info(space, instant)["mementos"]


for native in [True, False]:
    how = "by the link of the resource" if native else "by an address that it is told"
    for name, instant in zip(names, instants):
        found = closest(instant, native)["closest"]
        was = get(found["uri"][0])
        good = was["name"] == name and found["datetime"] <= instant and found["http_status_code"] == 200
        check(f"it finds that the space was called {name}, {how}", good, f"{found} {was}")

SESSION.delete(space, timeout=30).raise_for_status()
time.sleep(1.1)
gone = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
for native in [True, False]:
    all_of_it = closest(gone, native)
    found = all_of_it["closest"]
    check("it finds that the space is gone", found["http_status_code"] == 404 and found["datetime"] <= gone, found)
    check("and where its first state is", get(all_of_it["first"]["uri"][0])["name"] == "Zero", all_of_it)
    early = closest(datetime.datetime(2001, 1, 1), native)["closest"]
    check("before it was, the first is the closest", early["uri"] == all_of_it["first"]["uri"], early)
