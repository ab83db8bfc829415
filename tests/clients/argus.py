"""The Argus face through `argus-api`, the vendor's own client, unmodified, and through the lines of curl that its
documentation prints where the client does otherwise.

Takes PORTICO_URL and PORTICO_ARGUS_KEY, a key of a user who may do everything. Each check prints a line.
"""

import base64
import io
import json
import os
import subprocess

from argus_api.exceptions.http import (
    AccessDeniedException,
    AuthenticationFailedException,
    ObjectNotFoundException,
    ValidationErrorException,
)
from argus_api.lib.authentication.v1 import session as sessions
from argus_api.lib.authentication.v1.authorization import authorization_validate
from argus_api.lib.customeradmin.v2 import customer, domain, propertydescriptor, userrole
from argus_api.lib.customers.v2 import customer as basic
from argus_api.lib.customers.v2 import domain as basic_domain
from argus_api.session import ArgusAPISession
from PIL import Image as Picture

URL = os.environ["PORTICO_URL"].rstrip("/")
KEY = os.environ["PORTICO_ARGUS_KEY"]
SESSION = ArgusAPISession(auth=KEY, api_url=URL)
WITH = {"api_session": SESSION}
MARK = str(os.getpid())


def check(what, good, why=""):
    print(f"ok - {what}" if good else f"not ok - {what}: {why}", flush=True)
    return good


def refused(what, error, call, *arguments, **more):
    """A call that must fail with this class of the client's, which reads the messages of the answer."""
    try:
        answer = call(*arguments, **more, **WITH)
    except error as caught:
        return check(what, f"Status code {caught.status_code}" in caught.message, caught.message)
    except Exception as other:  # noqa: BLE001
        return check(what, False, repr(other))
    return check(what, False, answer)


def curl(method, path, *arguments):
    """A line of curl; the status and the body, read as JSON."""
    line = ["curl", "-s", "-w", "\n%{http_code}", "-X", method, "-H", "accept: application/json",
            "-H", f"Argus-API-Key: {KEY}", *arguments, URL + path]
    out = subprocess.run(line, capture_output=True, text=True, check=True, timeout=60).stdout
    body, status = out.rsplit("\n", 1)
    return int(status), json.loads(body)


def names(answer):
    return [one["shortName"] for one in answer["data"]]


def customers():
    group, leaf = f"group-{MARK}", f"leaf-{MARK}"
    made = customer.add_customer("A group", "admin", group, type="group", timeZone="Europe/Oslo",
                                 excludeFromProduction=True, language="norwegian", **WITH)
    check("a customer is made", made["responseCode"] == 201 and names(made) == [group], made)
    number = made["data"][0]["id"]
    customer.add_customer("A leaf", str(number), leaf, **WITH)
    found = customer.get_customer(leaf, domain="default", **WITH)
    check("a customer is found by name", found["data"][0]["parent"]["id"] == number, found)
    refused("a customer that there is not is not found", ObjectNotFoundException, customer.get_customer, "no-such")
    refused("a name that is taken is refused", ValidationErrorException, customer.add_customer, "x", "1", group)
    changed = customer.update_customer(leaf, name="Another leaf", allowGlobalData=True, dataDeleted=False, **WITH)
    check("a customer is changed", changed["data"][0]["name"] == "Another leaf", changed)
    listed = customer.list_customers(parent=[group], keywords=["LEAF"], sortBy=["-name", "id"], limit=5, **WITH)
    check("customers are listed", names(listed) == [leaf] and listed["limit"] == 5, listed)
    disabled = customer.disable_customer(leaf, **WITH)
    check("a customer is disabled", disabled["data"][0]["flags"] == ["disabled", "allowGlobalData"], disabled)
    check("it is not listed any more", names(customer.list_customers(parent=[group], **WITH)) == [])
    search = customer.search_customers(ancestor=[group], includeFlags=["disabled"], **WITH)
    check("it is found where it is asked for", names(search) == [leaf], search)
    customer.reenable_customer(leaf, **WITH)
    parts = [{"includeFlags": ["excludeFromProduction"], "exclude": True}]
    search = customer.search_customers(customer=[group, leaf], subCriteria=parts, sortBy=["shortName"],
                                       keywordMatchStrategy="any", keywords=["leaf", "group"], **WITH)
    check("what a part excludes is left out", names(search) == [leaf], search)
    all_of = [name for page in [0, 1] for name in names(customer.list_customers(limit=1, offset=page, **WITH))]
    check("pages follow one another", len(set(all_of)) == 2, all_of)
    moved = customer.move_customer(leaf, parent="admin", **WITH)
    check("a customer is moved", moved["data"][0]["parent"]["shortName"] == "admin", moved)
    refused("nothing lies below a leaf", ValidationErrorException, customer.move_customer, group, parent=leaf)
    check("domains are listed", domain.get_domains(**WITH)["data"] == [{"id": 1, "name": "default"}])
    check("domains are listed for those who look", basic_domain.get_domains(**WITH)["size"] == 1)
    check("the short model is an object", basic.get_customer(leaf, **WITH)["data"]["shortName"] == leaf)
    check("the short model is listed", leaf in names(basic.list_customers(keywords=[leaf], **WITH)))
    check("the short model is searched", names(basic.search_customers(customer=[leaf], **WITH)) == [leaf])
    return group, leaf


def logos(leaf):
    picture = io.BytesIO()
    Picture.new("RGB", (800, 400), (200, 30, 60)).save(picture, "JPEG")
    text = base64.b64encode(picture.getvalue()).decode()
    default = customer.get_customer_logo(leaf, size="small", includeDefault=True, json=False, **WITH)
    check("there is a default logo", default.headers["Content-Type"] == "image/png", default.headers)
    refused("there is no other", ObjectNotFoundException, customer.get_customer_logo, leaf, includeDefault=False, json=False)
    put = customer.update_customer_logo(leaf, "image/jpg", image=text, **WITH)
    check("a logo is put", names(put) == [leaf], put)
    sizes = {}
    for size in ["small", "medium", "large", "xlarge"]:
        logo = basic.get_customer_logo(leaf, size=size, json=False, **WITH)
        sizes[size] = Picture.open(io.BytesIO(logo.content)).size
    expected = {"small": (64, 32), "medium": (128, 64), "large": (256, 128), "xlarge": (512, 256)}
    check("it is there in every size", sizes == expected, sizes)
    refused("another kind of picture is refused", ValidationErrorException, customer.update_customer_logo, leaf, "image/png", data=text)
    status, answer = curl("PUT", f"/customeradmin/v2/customer/{leaf}/logo?domain=default", "-H",
                          "Content-Type: application/json", "-d", json.dumps({"image": text, "mimeType": "image/jpeg"}))
    check("curl: a logo is put", status == 200 and names(answer) == [leaf], answer)


def properties(leaf):
    colour, count = f"colour-{MARK}", f"count-{MARK}"
    english = {"english": "A text"}
    made = propertydescriptor.add_property_descriptor(colour, english, "look", "enumType", **WITH)
    check("a descriptor is made", made["responseCode"] == 201, made)
    refused("a key that is taken is refused", ValidationErrorException,
            propertydescriptor.add_property_descriptor, colour, english, "look", "stringType")
    propertydescriptor.add_property_descriptor(count, english, "look", "integerType", defaultValue=7, sectionIndex=2,
                                               overwriteIfExists=True, **WITH)
    for value in ["red", "blue"]:
        propertydescriptor.add_property_descriptor_enum_entry(colour, english, {"english": value.title()}, value, **WITH)
    entries = propertydescriptor.list_property_descriptor_enum_entries(colour, sortBy=["value"], **WITH)
    check("the values of a list are listed", [one["value"] for one in entries["data"]] == ["blue", "red"], entries)
    found = propertydescriptor.search_property_descriptor_enum_entries(colour, keywords=["re"], **WITH)
    check("the values of a list are searched", found["count"] == 1, found)
    propertydescriptor.update_property_descriptor_enum_entry(colour, "red", localizedValues={"english": "Crimson"}, **WITH)
    propertydescriptor.delete_property_descriptor_enum_entry(colour, "blue", **WITH)
    changed = propertydescriptor.update_property_descriptor(colour, defaultValue="red", hidden=True, **WITH)
    check("a descriptor is changed", changed["data"][0]["defaultValue"] == "red", changed)
    got = propertydescriptor.get_property_descriptor(colour, includeSchema=True, includeUISchema=True, **WITH)
    check("a descriptor is found", got["data"][0]["hidden"] is True, got)
    schema = propertydescriptor.get_property_descriptor_json_schema(colour, **WITH)
    check("a descriptor has a schema", schema["data"][0]["enum"] == ["red"], schema)
    listed = propertydescriptor.list_property_descriptors(section=["look"], sortBy=["-key"], **WITH)
    check("descriptors are listed", listed["count"] >= 2, listed)
    found = propertydescriptor.search_property_descriptor(keywords=[MARK], type=["integerType"], **WITH)
    check("descriptors are searched", found["count"] == 1, found)
    set_ = customer.update_customer_properties(leaf, {count: "42"}, **WITH)
    check("a property is set", set_["data"][0]["value"] == 42 and set_["size"] == 1, set_)
    refused("a value of another type is refused", ValidationErrorException, customer.update_customer_properties, leaf, {count: "many"})
    got = customer.get_customer_properties(leaf, key=[count, colour], section=["look"], **WITH)
    check("properties are listed", {one["key"]: one["value"] for one in got["data"]} == {count: 42, colour: "red"}, got)
    check("and for those who look", basic.get_customer_properties(leaf, key=[count], **WITH)["count"] == 1)
    wanted = customer.search_customers(properties=[{"key": count, "value": [42]}], **WITH)
    check("customers are found by a property", names(wanted) == [leaf], wanted)
    status, answer = curl("GET", f"/customeradmin/v2/customer/{leaf}/properties?domain=default%20&name={count}&name={colour}"
                          "&includeUnset=false&offset=0&limit=25")
    check("curl: properties are listed by name", status == 200 and answer["count"] == 2, answer)
    left = customer.remove_customer_properties(leaf, [count], **WITH)
    check("a property is reset", {one["key"]: one["value"] for one in left["data"]}[count] == 7, left)
    for key in [colour, count]:
        propertydescriptor.delete_property_descriptor(key, **WITH)
    refused("a descriptor is removed", ObjectNotFoundException, propertydescriptor.get_property_descriptor, colour)


def roles(leaf):
    check("nobody is responsible yet", customer.get_customer_user_roles(leaf, **WITH)["data"] == [])
    user = sessions.get_session(**WITH)["data"]["user"]
    entries = [{"role": "technicalAccountManager", "user": user["shortName"]}, {"role": "logManager", "user": str(user["id"])}]
    put = customer.update_customer_user_roles(leaf, entries, **WITH)
    check("somebody is", [one["role"] for one in put["data"]] == ["logManager", "technicalAccountManager"], put)
    check("and for those who look", basic.get_customer_user_roles(leaf, **WITH)["size"] == 2)
    refused("a role that there is not is refused", ValidationErrorException, customer.update_customer_user_roles, leaf,
            [{"role": "janitor", "user": user["shortName"]}])
    found = userrole.list_customer_user_roles(customer=[leaf], role=["logManager"], **WITH)
    check("roles are listed", found["count"] == 1, found)
    found = userrole.search_customer_user_roles(customer=[leaf], user=[user["shortName"]], **WITH)
    check("roles are searched", found["data"][0]["customer"]["shortName"] == leaf, found)


def data(group, leaf):
    refused("data is not deleted without an authorization", AccessDeniedException, customer.prune_customer_data, leaf, token="x")
    number = customer.get_customer(leaf, **WITH)["data"][0]["id"]

    def token():
        status, made = curl("POST", "/authentication/v1/authorization", "-d",
                            json.dumps({"operation": "pruneCustomerData", "context": {"customerID": number}}))
        check("an authorization is made", status == 201, made)
        return made["data"]["authorization"]

    once = token()
    valid = authorization_validate.validate_user_authorization(once, "pruneCustomerData", allowReplay=True,
                                                               context={"customerID": number}, **WITH)
    check("an authorization is validated", valid["data"]["operation"] == "pruneCustomerData", valid)
    check("data is deleted", names(customer.prune_customer_data(leaf, token=once, **WITH)) == [leaf])
    refused("an authorization is used once", AccessDeniedException, customer.prune_customer_data, leaf, token=once)
    status, answer = curl("DELETE", f"/customers/v2/customer/{leaf}/data?domain=default%20&token={token()}")
    check("curl: data is deleted", status == 200, answer)
    for name in [leaf, group]:
        status, answer = curl("PUT", f"/customeradmin/v2/customer/{name}/disable?domain=default")
        check("curl: a customer is disabled", status == 200 and "disabled" in answer["data"][0]["flags"], answer)
    status, answer = curl("PUT", f"/customeradmin/v2/customer/{leaf}?domain=default")
    check("curl: without a body nothing is", status == 412 and "/disable" in answer["messages"][0]["message"], answer)


def strangers():
    stranger = {"api_session": ArgusAPISession(auth="my/api/key", api_url=URL)}
    try:
        check("a key that is none signs nobody in", False, customer.get_customer("1", **stranger))
    except AuthenticationFailedException as caught:
        check("a key that is none signs nobody in", True, caught.message)
    status, answer = curl("GET", "/customeradmin/v2/customer?keywords=&parent=&sort=-id")
    ids = [one["id"] for one in answer["data"]]
    check("curl: what is empty asks for nothing", status == 200 and ids == sorted(ids, reverse=True), answer)


group, leaf = customers()
logos(leaf)
properties(leaf)
roles(leaf)
data(group, leaf)
strangers()
