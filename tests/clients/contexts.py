"""What PyLD expands under our contexts is what the service understands of the same body, and taken as well."""

import json
import os
import re
import sys
import uuid

import requests
from pyld import jsonld

url = os.environ["PORTICO_URL"].rstrip("/")
session = requests.Session()
session.headers.update({"Authorization": f"Bearer {os.environ['PORTICO_TOKEN']}", "Accept": "application/ld+json"})
failed = 0


def check(what, good, why=""):
    global failed
    failed += not good
    print(f"ok - {what}" if good else f"not ok - {what}: {why}")


def send(method, target, body=None):
    return session.request(method, target, data=body and json.dumps(body), headers=body and {"Content-Type": "application/ld+json"})


jsonld.set_document_loader(
    lambda address, options: {"contextUrl": None, "documentUrl": address, "document": requests.get(address, timeout=10).json()}
)
customer = session.get(session.get(url).json()["customers"]).json()["member"][0]["@id"]
users = session.get(customer).json()["portalUsers"]
user = send("POST", users, {"email": f"{uuid.uuid4()}@museum.example"}).json()["@id"]
mobile = f"{url}/vocab#PortalUser/mobile"

for name in sorted(set(re.findall(r'"vocab:(\w+)","@type":"Class"', session.get(f"{url}/vocab").text))):
    context = f"{url}/contexts/{name}.jsonld"
    answer = requests.get(context, timeout=10)
    if not answer.ok:
        continue
    wrong = []
    for number, said in enumerate([context, [context, {"m": "http://x.example/m"}], answer.json()["@context"]]):
        body = {"@context": said, "@id": user, mobile: f"+4412{number}"}
        expanded = jsonld.expand(body, {"base": user})
        for form in (body, expanded):
            send("PATCH", user, {"mobile": None})
            status = send("PATCH", user, form).status_code
            now = session.get(user).json().get("mobile")
            if (status, now) != (205, expanded[0][mobile][0]["@value"]):
                wrong.append((number, status, now))
    check(f"a body in the context of {name} means what it means to PyLD", not wrong, wrong)

send("DELETE", user)
sys.exit(failed > 0)
