"""Gives samples to a Prometheus as remote write 1.0 does: protobuf in snappy's block format, without its compression."""

import http.client
import struct

# The one NaN that means "this series has ended here".
STALE = struct.pack("<Q", 0x7FF0000000000002)
BATCH = 4_000_000  # bytes


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def sample(time, value):
    """`time` in milliseconds; a value that is None ends the series."""
    bits = STALE if value is None else struct.pack("<d", value)
    body = b"\x09" + bits + b"\x10" + varint(time)
    return b"\x12" + varint(len(body)) + body


def series(labels, samples):
    """`labels` {name: value}, `samples` [(time, value)] in the order of time."""
    names = b"".join(field(1, field(1, name.encode()) + field(2, text.encode())) for name, text in sorted(labels.items()))
    return field(1, names + b"".join(sample(time, value) for time, value in samples))


def as_snappy(data):
    """One literal: snappy's length, the tag of a literal with a length of four bytes, and the bytes themselves."""
    return varint(len(data)) + b"\xfc" + struct.pack("<I", len(data) - 1) + data


def write(port, all_series):
    """All of [(labels, samples)], in their order."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf", "X-Prometheus-Remote-Write-Version": "0.1.0"}

    def send(body):
        connection.request("POST", "/api/v1/write", as_snappy(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 204:
            raise AssertionError(f"remote write: {answer.status} {text[:500]}")

    body = bytearray()
    for labels, samples in all_series:
        body += series(labels, samples)
        if len(body) >= BATCH:
            send(bytes(body))
            body.clear()
    if body:
        send(bytes(body))
    connection.close()
