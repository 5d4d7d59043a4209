// Zones by machine family, after https://cloud.google.com/compute/docs/gpus/gpu-regions-zones (accelerators) as of 2026.
// What matters here is the shape of the table: no family is everywhere, and neighbouring zones differ.
const zonesByFamily: Readonly<Record<string, string>> = {
  'a2-highgpu':
    'us-central1-a us-central1-b us-central1-c us-central1-f us-east1-b us-west1-b us-west3-b us-west4-b europe-west4-a europe-west4-b asia-northeast1-a asia-northeast1-c asia-northeast3-b asia-southeast1-b asia-southeast1-c me-west1-b me-west1-c',
  'a2-megagpu':
    'us-central1-a us-central1-b us-central1-c us-central1-f us-west1-b us-west4-b europe-west4-a europe-west4-b asia-northeast1-a asia-northeast1-c asia-southeast1-b asia-southeast1-c',
  'a2-ultragpu': 'us-central1-a us-central1-c us-east4-c us-east5-b europe-west4-a asia-southeast1-c',
  'a3-highgpu':
    'us-central1-a us-central1-c us-east4-a us-east4-b us-east5-a us-west1-a us-west1-b us-west4-a europe-west1-b europe-west1-c europe-west4-b europe-west4-c asia-northeast1-b asia-southeast1-b asia-southeast1-c',
  'a3-megagpu':
    'us-central1-a us-central1-b us-central1-c us-east4-a us-east4-b us-east4-c us-east5-a us-west1-a us-west1-b us-west4-a europe-west1-b europe-west4-b europe-west4-c asia-northeast1-b asia-southeast1-b asia-southeast1-c',
  'a3-edgegpu': 'us-east4-a us-west1-b us-west4-a europe-west4-c asia-southeast1-c',
  'a3-ultragpu':
    'us-central1-b us-east4-b us-east5-a us-south1-b us-west1-c europe-west1-b europe-west4-a asia-southeast1-b',
  'a4-highgpu':
    'us-central1-b us-east1-b us-east4-b us-south1-b us-west3-b europe-west4-b asia-northeast1-b asia-southeast1-b',
  'a4x-highgpu': 'us-central1-a us-east1-d us-east4-c europe-west4-c',
  'a4x-maxgpu': 'us-central1-b us-east5-c',
  g2: 'us-central1-a us-central1-b us-central1-c us-east1-b us-east1-c us-east1-d us-east4-a us-east4-c us-west1-a us-west1-b us-west1-c us-west4-a us-west4-c europe-west1-b europe-west1-c europe-west2-a europe-west2-b europe-west3-b europe-west4-a europe-west4-b europe-west4-c asia-east1-a asia-east1-b asia-east1-c asia-northeast1-a asia-northeast1-b asia-northeast1-c asia-northeast3-a asia-northeast3-b asia-south1-a asia-south1-b asia-southeast1-a asia-southeast1-b asia-southeast1-c',
  g4: 'us-central1-b us-central1-f us-east1-b us-east4-c us-east5-a us-south1-a us-west1-c europe-west4-c asia-southeast1-b',
  c3: 'us-central1-a us-central1-b us-central1-c us-east1-b us-east1-c us-east1-d us-east4-a us-east4-b us-east4-c us-east5-a us-west1-a us-west1-b europe-west1-b europe-west1-c europe-west4-a europe-west4-b europe-west4-c asia-northeast1-a asia-southeast1-a asia-southeast1-b asia-southeast1-c',
};

// Accelerators that are attached to n1 machines.
const zonesByAccelerator: Readonly<Record<string, string>> = {
  'nvidia-tesla-t4':
    'us-central1-a us-central1-b us-central1-c us-central1-f us-east1-c us-east1-d us-east4-a us-east4-b us-east4-c us-west1-a us-west1-b us-west2-b us-west2-c us-west3-b us-west4-a us-west4-b europe-west1-b europe-west1-c europe-west1-d europe-west2-a europe-west2-b europe-west3-b europe-west4-a europe-west4-b europe-west4-c asia-east1-a asia-east1-c asia-northeast1-a asia-northeast1-c asia-northeast3-b asia-south1-a asia-south1-b asia-southeast1-a asia-southeast1-b asia-southeast1-c australia-southeast1-a northamerica-northeast1-c southamerica-east1-a southamerica-east1-c',
  'nvidia-tesla-v100':
    'us-central1-a us-central1-b us-central1-c us-central1-f us-east1-c us-west1-a us-west1-b europe-west4-a europe-west4-b europe-west4-c asia-east1-c',
  'nvidia-tesla-p100':
    'us-central1-c us-central1-f us-east1-b us-east1-c us-west1-a us-west1-b europe-west1-b europe-west1-d europe-west4-a asia-east1-a asia-east1-c australia-southeast1-c',
  'nvidia-tesla-p4':
    'us-central1-a us-central1-c us-east4-a us-east4-b us-east4-c us-west2-b us-west2-c europe-west4-b europe-west4-c asia-southeast1-b asia-southeast1-c northamerica-northeast1-a northamerica-northeast1-b northamerica-northeast1-c australia-southeast1-a australia-southeast1-b',
};

/** Tells whether `zone` has machines of the type's family; families that are not in the table are everywhere. */
export function zoneHasMachineType(zone: string, machineType: string): boolean {
  const [family = '', size = ''] = machineType.split('-');
  const zones = zonesByFamily[`${family}-${size}`] ?? zonesByFamily[family];
  return zones === undefined ? true : zones.split(' ').includes(zone);
}

/** Tells whether `zone` has `accelerator` for machines that it must be attached to. */
export function zoneHasAttachable(zone: string, accelerator: string): boolean {
  return zonesByAccelerator[accelerator]?.split(' ').includes(zone) ?? false;
}
