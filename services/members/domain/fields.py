"""What the fields of a member may hold, however they are entered."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

StaffNumber = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$", examples=["T0001"])]
Sex = Literal["female", "male"]


def _e164(text: str) -> str:
    return f"+86{text}" if len(text) == 11 and text.startswith("1") else text


Phone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^(1[0-9]{10}|\+[1-9][0-9]{6,14})$"),
    AfterValidator(_e164),
    Field(description="A mobile number of 11 digits, or E.164.", examples=["+8613800000000"]),
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, max_length=254, pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s.]+$"
    ),
    Field(examples=["member@college.example"]),
]
