"""A CDK app that deploys what a release deployed, from the goldens of its templates and its code.

``cdk synth -c release=0.2.0`` in this folder writes the assembly. Functions run on this machine, as those of
``braid up`` do: ``architecture``, ``python_version`` and ``layer_system`` are its knobs. Layers are today's,
for a golden of a hundred megabytes would keep what hardly changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_REPOSITORY = Path(__file__).resolve().parents[3]
_GOLDENS = _REPOSITORY / "tests" / "goldens"
# Newer command lines read assemblies of older schemas.
_SCHEMA = "36.0.0"
# How the logical id of a layer begins, and its file of requirements.
_LAYERS = {"CoreLayer": "core", "DocumentsLayer": "documents", "MediaLayer": "media"}
_PLACE = {"bucketName": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}


def main() -> None:
    """Writes the assembly where the CDK wants it."""
    sys.path.insert(0, str(_REPOSITORY))
    from stacks.packaging.layers import LayerRecipe

    knobs = json.loads(os.environ["CDK_CONTEXT_JSON"])
    assembly, release = Path(os.environ["CDK_OUTDIR"]), str(knobs["release"])
    code = _GOLDENS / "code" / f"{release}.tar.xz"
    with tarfile.open(code) as archive:
        archive.extractall(assembly / "asset.code", filter="data")
    built_for = [str(knobs[knob]) for knob in ("architecture", "python_version", "layer_system")]
    files = {name: LayerRecipe(name, *built_for).built() for name in _LAYERS.values()}
    digests = {name: _digest(path) for name, path in {"code": code, **files}.items()}
    artifacts: dict[str, Any] = {}
    for name, needed in (("storage", []), ("pipeline", ["braid-dev-storage"])):
        template = json.loads((_GOLDENS / "templates" / release / f"{name}.json").read_text("utf-8"))
        for resource in template["Resources"].values():
            resource["Properties"] |= _on_this_machine(resource, knobs)
        _fill_in_assets(template, digests)
        artifacts |= _written(assembly, f"braid-dev-{name}", template, needed)
    assets = {"code": _asset("asset.code", "zip", digests["code"])} | {
        name: _asset(str(path), "file", digests[name]) for name, path in files.items()
    }
    _add_assets(assembly / "braid-dev-pipeline.assets.json", assets, digests)
    _write(assembly / "manifest.json", {"version": _SCHEMA, "artifacts": artifacts})


def _on_this_machine(resource: Mapping[str, Any], knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a resource that are others here than on AWS, or in a golden's writing."""
    architecture, runtime = str(knobs["architecture"]), f"python{knobs['python_version']}"
    match resource["Type"]:
        case "AWS::Lambda::Function":
            return {"Architectures": [architecture], "Runtime": runtime}
        case "AWS::Lambda::LayerVersion":
            return {"CompatibleArchitectures": [architecture], "CompatibleRuntimes": [runtime]}
        case "AWS::StepFunctions::StateMachine":
            return {"DefinitionString": json.dumps(resource["Properties"]["DefinitionString"])}
    return {}


def _fill_in_assets(template: Mapping[str, Any], digests: Mapping[str, str]) -> None:
    """A golden has ``<asset>`` for the digest of whatever a resource is made of."""
    for name, resource in template["Resources"].items():
        for asset in ("Code", "Content"):
            if asset in resource["Properties"]:
                layer = next((kind for begin, kind in _LAYERS.items() if name.startswith(begin)), "code")
                resource["Properties"][asset]["S3Key"] = f"{digests[layer]}.zip"


def _written(assembly: Path, stack: str, template: Mapping[str, Any], needed: list[str]) -> dict[str, Any]:
    """Writes a stack's template, which is an asset itself, and gives its artifacts."""
    path, assets = assembly / f"{stack}.template.json", f"{stack}.assets"
    _write(path, template)
    digest = _digest(path)
    of_template = {digest: _asset(path.name, "file", digest, ending="json")}
    _write(assembly / f"{assets}.json", {"version": _SCHEMA, "files": of_template, "dockerImages": {}})
    properties = {
        "templateFile": path.name,
        "tags": {"environment": "dev", "project": "braid"},
        "stackTemplateAssetObjectUrl": f"s3://{_PLACE['bucketName']}/{digest}.json",
        "assumeRoleArn": _role("deploy"),
        "cloudFormationExecutionRoleArn": _role("cfn-exec"),
        "requiresBootstrapStackVersion": 6,
        "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
        "additionalDependencies": [assets],
    }
    return {
        assets: {"type": "cdk:asset-manifest", "properties": {"file": f"{assets}.json"}},
        stack: {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": properties,
            "dependencies": [*needed, assets],
        },
    }


def _asset(path: str, packaging: str, digest: str, *, ending: str = "zip") -> dict[str, Any]:
    destination = {**_PLACE, "objectKey": f"{digest}.{ending}", "assumeRoleArn": _role("file-publishing")}
    return {
        "source": {"path": path, "packaging": packaging},
        "destinations": {"current_account-current_region": destination},
    }


def _add_assets(manifest: Path, assets: Mapping[str, Any], digests: Mapping[str, str]) -> None:
    known = json.loads(manifest.read_text("utf-8"))
    known["files"] |= {digests[name]: asset for name, asset in assets.items()}
    _write(manifest, known)


def _role(does: str) -> str:
    """The ARN of one of the roles that bootstrapping makes."""
    name = f"cdk-hnb659fds-{does}-role-${{AWS::AccountId}}-${{AWS::Region}}"
    return f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{name}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), "utf-8")


if __name__ == "__main__":
    main()
