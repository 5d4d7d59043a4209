/** Where the facts of this folder were read (mid-2026). Every row names the keys of its sources. */
export const sources = {
  'GKE-CA':
    "Google's GKE cluster autoscaler, package pkg/cloudprovider/gke/machinetypes: machine-type tables and gpu.go",
  CT: 'https://github.com/GoogleCloudPlatform/cluster-toolkit at c765092f4 (2026-07-01)',
  'CT-vm': 'cluster-toolkit, examples/machine-learning/<machine>/*.yaml: VM and Slurm blueprints',
  'CT-gke': 'cluster-toolkit, examples/gke-*/: blueprints',
  'CT-gpudirect': 'cluster-toolkit, modules/compute/gke-node-pool/gpu_direct.tf',
  'CT-lssd': 'cluster-toolkit, modules/compute/gke-node-pool/disk_definitions.tf',
  'CT-hw': 'cluster-toolkit, pkg/config/hardware.go',
  'CT-map': 'cluster-toolkit, pkg/config/machine_mappings.json',
  'CT-gpudef': 'cluster-toolkit, modules/internal/gpu-definition/main.tf at v1.60 to v1.80',
  XPK: 'https://github.com/AI-Hypercomputer/xpk at 367c8382 (2026-06-25), src/xpk/core/system_characteristics.py',
  SKY: 'https://github.com/skypilot-org/skypilot at 005261080a6b, sky/provision/gcp/constants.py, sky/clouds/gcp.py',
  DS: 'https://github.com/dstackai/dstack at 511c318c8, src/dstack/_internal/core/backends/gcp/{compute,resources}.py',
  CAL: 'https://github.com/google/caliban at 205da6f, caliban/platform/cloud/types.py, docs/cloud/gpu_specs.rst',
  ORIG: 'https://github.com/GoogleCloudPlatform/ai-infra-cluster-provisioning at 2ff9b95, {a2,a3,a3-mega}/terraform/modules',
  'NV-AICR': 'https://docs.nvidia.com/aicr, integrator guides for GKE with A4X Max and GB200',
  'DOC-lssd': 'https://docs.cloud.google.com/compute/docs/disks/add-local-ssd',
  'DOC-n1': 'https://docs.cloud.google.com/compute/docs/general-purpose-machines#n1_machines',
  'DOC-e2': 'https://docs.cloud.google.com/compute/docs/general-purpose-machines#e2_machine_types',
  'DOC-n2': 'https://docs.cloud.google.com/compute/docs/general-purpose-machines#n2_series',
  'DOC-c3': 'https://docs.cloud.google.com/compute/docs/general-purpose-machines#c3_series',
} as const;

/** Key of `sources`. */
type Source = keyof typeof sources;

/**
 * high = two independent sources agree, or Google's own table says so; medium = one source, or sources that differ;
 * low = named somewhere only.
 */
type Confidence = 'high' | 'medium' | 'low';

/** What every row of facts carries beside its facts. */
export interface Provenance {
  sources: readonly Source[];
  confidence: Confidence;
  /** What no source confirms. */
  unconfirmed?: readonly string[];
  note?: string;
}
