"""A form that uploads one file: a number comes back."""

import re

from function.dialects import schema
from function.dialects.call import Call
from function.dialects.dialect import Dialect
from function.errors import Malformed
from function.picture.picture import Picture


def _read(call: Call) -> list[Picture]:
    found = [Picture(data) for name, data in call.files if name == "myfile"]
    if len(found) != 1:
        raise Malformed(f"expected one file in the multipart field myfile, got {len(found)}")
    return found


UPLOAD = Dialect(
    "curl-api",
    _read,
    lambda result: {"prediction": result.readings[0].nearest},
    path=re.compile("/curl-api/?"),
    request=("multipart file myfile to /curl-api",),
    openapi={
        "/curl-api": {
            "post": schema.post(
                "upload", "A file upload", schema.form("myfile", schema.BINARY), schema.having("prediction")
            )
        }
    },
)
