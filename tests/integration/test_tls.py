"""TLS: only who proves to be the right server, with the version that is asked for, gets a single byte of a request."""

import base64
import hashlib
import ssl
import subprocess

import pytest

from conftest import http


def openssl(*words, **more):
    return subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more).stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A CA, a certificate for 127.0.0.1 and one for another name."""
    path = tmp_path_factory.mktemp("ca")
    new = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    openssl(*new, "-keyout", path / "ca.key", "-out", path / "ca.pem", "-subj", "/CN=test authority")
    for name, alternative in (("right", "IP:127.0.0.1"), ("wrong", "DNS:elsewhere.example")):
        openssl(*new, "-CA", path / "ca.pem", "-CAkey", path / "ca.key", "-keyout", path / f"{name}.key",
                "-out", path / f"{name}.pem", "-subj", f"/CN={name}", "-addext", f"subjectAltName={alternative}",
                "-addext", "basicConstraints=critical,CA:FALSE")
    return path


def context(authority, name="right", highest=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(authority / f"{name}.pem", authority / f"{name}.key")
    if highest:
        made.maximum_version = highest
    return made


def key_pin(path):
    key = openssl("pkey", "-pubout", "-outform", "DER", "-in", path)
    return "sha256//" + base64.b64encode(hashlib.sha256(key).digest()).decode()


OTHER_PIN = "sha256//" + base64.b64encode(bytes(32)).decode()
ANONYMOUS = http('{"user":{"id":null,"name":"Anonymous user","role":"end-user"}}')


def run(world, server_context, *lines):
    """Zendesk over TLS; it lets nobody in, so that status 3 means: TLS was fine and the request arrived."""
    peer = world.peer(lambda connection, request: connection.sendall(ANONYMOUS), context=server_context)
    model = world.peer(lambda connection, request: connection.sendall(http('{"object":"list","data":[]}')))
    world.use(peer, model)
    path = world.path / "tls.conf"
    path.write_text("tls {\n" + "".join(f"  {line}\n" for line in lines) + "}\n")
    return peer, world.run("--once", "-c", path, env={"RETRY_ATTEMPTS": 2, "RETRY_BACKOFF_FACTOR": 1}, timeout=60)


def test_a_named_authority_is_trusted(world, authority):
    peer, result = run(world, context(authority), f'ca_file = "{authority}/ca.pem"')
    assert result.status == 3, result
    assert len(peer.requests) == 1


def refused(peer, result):
    assert result.status == 1, result
    assert peer.requests == []
    assert "Zendesk" in result.err
    return result.err.lower()


def test_an_unknown_authority_is_refused(world, authority):
    assert "certificate" in refused(*run(world, context(authority)))


def test_a_certificate_for_another_host_is_refused(world, authority):
    refused(*run(world, context(authority, "wrong"), f'ca_file = "{authority}/ca.pem"'))


def test_a_server_without_tls_1_3_is_refused_and_the_option_is_named(world, authority):
    err = refused(*run(world, context(authority, highest=ssl.TLSVersion.TLSv1_2), f'ca_file = "{authority}/ca.pem"'))
    assert "tls.min" in err


def test_tls_1_2_is_spoken_when_the_configuration_allows_it(world, authority):
    _, result = run(world, context(authority, highest=ssl.TLSVersion.TLSv1_2), f'ca_file = "{authority}/ca.pem"', 'min = "1.2"')
    assert result.status == 3, result


def test_one_of_the_pins_is_enough(world, authority):
    pins = f"{OTHER_PIN}, {key_pin(authority / 'right.key')}"
    _, result = run(world, context(authority), f'ca_file = "{authority}/ca.pem"', f'pins = "{pins}"')
    assert result.status == 3, result


def test_a_key_that_is_none_of_the_pins_is_refused(world, authority):
    pins = f"{OTHER_PIN}, {key_pin(authority / 'wrong.key')}"
    err = refused(*run(world, context(authority), f'ca_file = "{authority}/ca.pem"', f'pins = "{pins}"'))
    assert "tls.pins" in err


def test_a_server_that_speaks_no_tls_is_refused(world, authority):
    peer = world.peer(lambda connection, request: connection.sendall(ANONYMOUS))
    peer.base = peer.base.replace("http:", "https:")
    world.use(peer, world.sim("--tickets", 1))
    result = world.run("--once", env={"RETRY_ATTEMPTS": 1}, timeout=60)
    assert result.status == 1, result
