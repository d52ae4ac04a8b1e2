"""The compose file, the Kubernetes manifest and the Containerfile, as far as can be seen without an engine and without a cluster: their
fields exist, their commands and their configuration are those of the programs, and they promise what the documents say."""

import ipaddress
import os
import re
import subprocess

import jsonschema
import pytest
import yaml

from conftest import BIN, DAEMON, TOP

CTL = os.path.join(BIN, "daemon/ai-ticketctl")
CONTAINER, CLUSTER = (os.path.join(TOP, "packaging", name) for name in ("container", "kubernetes"))


def text(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


COMPOSE = yaml.safe_load(text(CONTAINER, "compose.yaml"))
OBJECTS = {one["kind"]: one for one in yaml.safe_load_all(text(CLUSTER, "ai-ticketd.yaml"))}
CONTAINERFILE = text(CONTAINER, "Containerfile")
DEPLOYMENT = OBJECTS["Deployment"]["spec"]
POD = DEPLOYMENT["template"]["spec"]
[BOX] = POD["containers"]
SERVICE = COMPOSE["services"]["ai-ticketd"]
SECRETS = re.findall(r"^OPTION\((\w+), (\w+), SECRET,", text(TOP, "lib/config/options.def"), re.M)
USER = 65532


# --- the fields: those of the two formats that are used here, so that a misspelt one is seen ---

def fields(required=(), **properties):
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def each(schema):
    return {"type": "array", "items": schema}


WORD, NUMBER, YES = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
WORDS, MAP = each(WORD), {"type": "object", "additionalProperties": WORD}
META = fields(["name"], name=WORD, labels=MAP, namespace=WORD)
SELECTOR = fields(["matchLabels"], matchLabels=MAP)
QUANTITY = {"type": "string", "pattern": r"^[0-9]+(m|Ki|Mi|Gi)?$"}
AMOUNTS = fields(cpu=QUANTITY, memory=QUANTITY, storage=QUANTITY)
PROBE = fields(["exec"], exec=fields(["command"], command=WORDS), periodSeconds=NUMBER, timeoutSeconds=NUMBER, failureThreshold=NUMBER)
BOX_SCHEMA = fields(
    ["name", "image", "securityContext", "livenessProbe", "readinessProbe", "resources"], name=WORD, image=WORD,
    imagePullPolicy={"enum": ["Always", "IfNotPresent", "Never"]}, startupProbe=PROBE, livenessProbe=PROBE, readinessProbe=PROBE,
    securityContext=fields(allowPrivilegeEscalation=YES, readOnlyRootFilesystem=YES, capabilities=fields(drop=WORDS)),
    resources=fields(requests=AMOUNTS, limits=AMOUNTS),
    volumeMounts=each(fields(["name", "mountPath"], name=WORD, mountPath=WORD, readOnly=YES)))
POD_SCHEMA = fields(
    ["containers"], serviceAccountName=WORD, automountServiceAccountToken=YES, enableServiceLinks=YES, terminationGracePeriodSeconds=NUMBER,
    containers=each(BOX_SCHEMA), securityContext=fields(
        runAsNonRoot=YES, runAsUser=NUMBER, runAsGroup=NUMBER, fsGroup=NUMBER, fsGroupChangePolicy={"enum": ["Always", "OnRootMismatch"]},
        seccompProfile=fields(["type"], type={"enum": ["RuntimeDefault", "Localhost", "Unconfined"]})),
    volumes=each(fields(["name"], name=WORD, persistentVolumeClaim=fields(["claimName"], claimName=WORD), configMap=fields(["name"], name=WORD),
                        secret=fields(["secretName"], secretName=WORD, defaultMode=NUMBER))))
PEER = fields(namespaceSelector=SELECTOR, podSelector=SELECTOR, ipBlock=fields(["cidr"], cidr=WORD, **{"except": WORDS}))
PORT = fields(["port"], protocol={"enum": ["TCP", "UDP", "SCTP"]}, port=NUMBER)
KINDS = {
    "ConfigMap": ("v1", dict(data=MAP)),
    "ServiceAccount": ("v1", dict(automountServiceAccountToken=YES)),
    "PersistentVolumeClaim": ("v1", dict(spec=fields(
        ["accessModes", "resources"], storageClassName=WORD, resources=fields(["requests"], requests=AMOUNTS),
        accessModes=each({"enum": ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]})))),
    "Deployment": ("apps/v1", dict(spec=fields(
        ["replicas", "selector", "template"], replicas=NUMBER, selector=SELECTOR, strategy=fields(["type"], type={"enum": ["Recreate", "RollingUpdate"]}),
        template=fields(["metadata", "spec"], metadata=fields(labels=MAP), spec=POD_SCHEMA)))),
    "NetworkPolicy": ("networking.k8s.io/v1", dict(spec=fields(
        ["podSelector", "policyTypes"], podSelector=SELECTOR, policyTypes=each({"enum": ["Ingress", "Egress"]}),
        ingress={"type": "array"}, egress=each(fields(to=each(PEER), ports=each(PORT)))))),
}
CHECK = fields(["test"], test=WORDS, interval=WORD, timeout=WORD, start_period=WORD, retries=NUMBER)
SERVICE_SCHEMA = fields(
    ["image"], image=WORD, build=fields(["context"], context=WORD, dockerfile=WORD), environment=MAP, entrypoint=WORDS, volumes=WORDS,
    secrets=each(fields(["source", "target"], source=WORD, target=WORD)), healthcheck=CHECK, read_only=YES, cap_drop=WORDS, security_opt=WORDS,
    depends_on={"type": "object", "additionalProperties": fields(["condition"], condition={"enum": [
        "service_started", "service_healthy", "service_completed_successfully"]})},
    mem_limit=WORD, pids_limit=NUMBER, stop_grace_period=WORD, restart={"enum": ["no", "always", "on-failure", "unless-stopped"]}, networks=WORDS)
COMPOSE_SCHEMA = fields(
    ["services"], name=WORD, services={"type": "object", "additionalProperties": SERVICE_SCHEMA},
    networks={"type": "object", "additionalProperties": {"anyOf": [{"type": "null"}, fields(internal=YES)]}},
    volumes={"type": "object", "additionalProperties": {"type": "null"}},
    secrets={"type": "object", "additionalProperties": fields(["file"], file=WORD)})


@pytest.mark.parametrize("kind", OBJECTS)
def test_every_field_of_the_manifest_is_one_of_its_kind(kind):
    version, more = KINDS[kind]
    jsonschema.validate(OBJECTS[kind], fields(["apiVersion", "kind", "metadata"], apiVersion={"const": version}, kind=WORD, metadata=META, **more))


def test_every_field_of_the_compose_file_is_one_of_the_format():
    jsonschema.validate(COMPOSE, COMPOSE_SCHEMA)


# --- one instance, and what it may ---

def test_there_is_never_a_second_instance():
    assert DEPLOYMENT["replicas"] == 1 and DEPLOYMENT["strategy"] == {"type": "Recreate"}
    assert OBJECTS["PersistentVolumeClaim"]["spec"]["accessModes"] == ["ReadWriteOncePod"]


def test_labels_and_names_point_at_what_there_is():
    labels = DEPLOYMENT["template"]["metadata"]["labels"]
    assert DEPLOYMENT["selector"]["matchLabels"] == OBJECTS["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    assert {mount["name"] for mount in BOX["volumeMounts"]} == {volume["name"] for volume in POD["volumes"]}
    assert all(name in COMPOSE["volumes"] for service in COMPOSE["services"].values() for name in
               (volume.split(":")[0] for volume in service.get("volumes", [])))


def test_it_has_no_rights_and_writes_to_its_volume_alone():
    context, pod = BOX["securityContext"], POD["securityContext"]
    assert context == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert pod["runAsNonRoot"] and {pod["runAsUser"], pod["runAsGroup"], pod["fsGroup"]} == {USER}
    assert POD["automountServiceAccountToken"] is False
    assert [mount["mountPath"] for mount in BOX["volumeMounts"] if not mount.get("readOnly")] == ["/var/lib/ai-ticketd"]
    assert SERVICE["read_only"] and SERVICE["cap_drop"] == ["ALL"] and SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert [volume.split(":")[1] for volume in SERVICE["volumes"]] == ["/var/lib/ai-ticketd"]
    assert f"USER {USER}:{USER}" in CONTAINERFILE and CONTAINERFILE.count("VOLUME") == 1


def test_it_is_given_longer_than_it_takes_to_finish():
    assert POD["terminationGracePeriodSeconds"] > 20 and int(SERVICE["stop_grace_period"].rstrip("s")) > 20


def test_nobody_comes_in_and_only_names_and_https_go_out():
    policy = OBJECTS["NetworkPolicy"]["spec"]
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"} and policy["ingress"] == []
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == {53, 443}
    blocks = [peer["ipBlock"] for rule in policy["egress"] for peer in rule.get("to", ()) if "ipBlock" in peer]
    for block in blocks:
        for inside in block["except"]:  # the API refuses what does not lie within
            assert ipaddress.ip_network(inside).subnet_of(ipaddress.ip_network(block["cidr"]))
    metadata_service = ipaddress.ip_address("169.254.169.254")
    assert any(metadata_service in ipaddress.ip_network(inside) for inside in blocks[0]["except"])


# --- commands, configuration and secrets: the programs decide ---

def commands():
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        yield BOX[probe]["exec"]["command"]
    yield SERVICE["healthcheck"]["test"][1:]
    yield yaml.safe_load(re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", CONTAINERFILE, re.M).group(1))


def test_probes_and_health_checks_ask_the_program_what_it_understands(tmp_path):
    """Without a service the answer is 1, no; 3 would be a wrong usage."""
    assert [command[1:] for command in commands()] == [["health", flag] for flag in ("--live", "--live", "--ready", "--live", "--live")]
    for command in commands():
        assert command[0] == "/usr/bin/ai-ticketctl"
        done = subprocess.run([CTL, *command[1:]], capture_output=True, text=True, env={"AI_TICKETD_HTTP_SOCKET": str(tmp_path / "none")}, timeout=30)
        assert done.returncode == 1, (command, done)


def test_a_probe_waits_as_long_as_the_program_does():
    """ai-ticketctl gives up after 10 seconds by itself."""
    assert all(BOX[probe]["timeoutSeconds"] > 10 for probe in ("startupProbe", "livenessProbe", "readinessProbe"))
    assert int(SERVICE["healthcheck"]["timeout"].rstrip("s")) > 10


def check_config(tmp_path, options=(), **env):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("zendesk.api_token", "llm.api_key"):
        (secrets / name).write_text("a-secret-of-the-test\n")
        (secrets / name).chmod(0o400)
    return subprocess.run([DAEMON, "--check-config", *options], capture_output=True, text=True, timeout=30, cwd=tmp_path,
                          env={"HOME": str(tmp_path), "STATE_DIRECTORY": str(tmp_path), "CREDENTIALS_DIRECTORY": str(secrets), **env})


def test_the_configuration_of_the_manifest_is_good(tmp_path):
    conf = tmp_path / "ai-ticketd.conf"
    conf.write_text(OBJECTS["ConfigMap"]["data"]["ai-ticketd.conf"])
    done = check_config(tmp_path, ["-c", conf])
    assert (done.returncode, done.stderr) == (0, ""), done


def test_files_are_read_through_the_links_of_a_kubernetes_volume(tmp_path):
    """Each file there is a link to ..data/NAME, and ..data is one to the folder of the present version."""
    volume, version = tmp_path / "volume", tmp_path / "volume/..2026_11_30"
    version.mkdir(parents=True)
    for name in ("zendesk.api_token", "llm.api_key"):
        (version / name).write_text("a-secret-of-the-test")
        (volume / name).symlink_to(f"..data/{name}")
    (volume / "..data").symlink_to(version.name)
    conf = tmp_path / "ai-ticketd.conf"
    conf.write_text(OBJECTS["ConfigMap"]["data"]["ai-ticketd.conf"])
    done = check_config(tmp_path, ["-c", conf], CREDENTIALS_DIRECTORY=str(volume))
    assert done.returncode == 0, done


def test_the_environment_of_the_compose_file_is_good(tmp_path):
    given = {"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_EMAIL": "bot@acme.example"}
    env = {name: re.sub(r"\$\{(\w+):[-?]([^}]*)\}", lambda part: given.get(part[1], part[2]), value) for name, value in SERVICE["environment"].items()}
    done = check_config(tmp_path, **env)
    assert (done.returncode, done.stderr) == (0, ""), done
    told = subprocess.run([DAEMON, "--dump-config"], capture_output=True, text=True, cwd=tmp_path, timeout=30, env={
        "HOME": str(tmp_path), "STATE_DIRECTORY": str(tmp_path), "CREDENTIALS_DIRECTORY": str(tmp_path / "secrets"), **env}).stdout
    assert "ollama" in told and "llama3.1:8b" in told and "http://ollama:11434" in told, told
    assert COMPOSE["services"]["model"]["entrypoint"][-1] == "llama3.1:8b"


def test_secrets_are_files_named_like_their_options():
    known = {".".join(pair) for pair in SECRETS}
    assert len(known) >= 6
    targets = [secret["target"] for secret in SERVICE["secrets"]]
    assert targets and set(targets) <= known and set(COMPOSE["secrets"]) == {secret["source"] for secret in SERVICE["secrets"]}
    told = re.findall(r"--from-file=(\S+)", text(CLUSTER, "ai-ticketd.yaml"))
    assert told and set(told) <= known
    assert {mount["mountPath"]: mount["name"] for mount in BOX["volumeMounts"]}["/run/secrets"] == "secrets"
    assert "CREDENTIALS_DIRECTORY=/run/secrets" in CONTAINERFILE


# --- both ways to an image make the same one ---

def test_documents_name_the_image_of_this_version():
    version = re.search(r"^project\(ai-ticketd VERSION (\S+)", text(TOP, "CMakeLists.txt"), re.M).group(1)
    told = [tag for path in ((CONTAINER, "README.md"), (CLUSTER, "ai-ticketd.yaml"), (TOP, "scripts/deploy_gcp.sh"))
            for tag in re.findall(r"ai-ticketd:(\d\S+)", text(*path))]
    assert len(told) >= 3 and set(told) == {f"{version}-1"}


def test_both_images_have_the_same_settings():
    script = text(TOP, "scripts/image")
    stated = dict(word.split("=", 1) for word in re.search(r"^ENV (.*)$", CONTAINERFILE, re.M).group(1).split())
    made = dict(word.split("=", 1) for word in re.findall(r"--config\.env (\S+=\S+)", script) if not word.startswith("PATH="))
    assert stated == made
    for line, option in (("STOPSIGNAL SIGTERM", "stopsignal SIGTERM"), ("WORKDIR /var/lib/ai-ticketd", "workingdir /var/lib/ai-ticketd"),
                         ("VOLUME /var/lib/ai-ticketd", "volume /var/lib/ai-ticketd"), ('ENTRYPOINT ["/usr/bin/ai-ticketd"]', "entrypoint /usr/bin/ai-ticketd")):
        assert line in CONTAINERFILE and f"--config.{option}" in script


def test_the_containerfile_installs_what_the_programs_are_linked_with():
    linked = subprocess.run(["ldd", DAEMON, CTL], capture_output=True, text=True, check=True).stdout
    expected = {"libuv.so": "libuv1", "libcurl.so": "libcurl4", "libjansson.so": "libjansson4", "libconfuse.so": "libconfuse2", "libpcre2-8.so":
                "libpcre2-8-0", "libsqlite3.so": "libsqlite3-0", "libcrypto.so": "libssl3", "libssl.so": "libssl3", "libsystemd.so": "libsystemd0"}
    runtime = CONTAINERFILE.split("\nFROM ")[-1]
    for library, package in expected.items():
        assert (library in linked) <= (package in runtime), library
