import type { Cluster } from './cluster.ts';

/** References to what the machines must know about the copied files. */
export interface Files {
  bucket: string;
  /** `<dir>/<prefix>-deployment/files/`: all that the machines may read. */
  folder: string;
  manifest: string;
  sha256: string;
  destination: string;
}

/** Declares the variables of the copied files; `undefined` when no directory is copied. */
export function declareFiles({ input, variables }: Cluster): Files | undefined {
  const { files, options } = input;
  if (!files) return undefined;
  const end = files.manifest.lastIndexOf('/manifests/');
  if (end < 0) throw new Error(`the manifest ${files.manifest} is not in a folder called manifests`);
  if (!options.copyDestination) throw new Error('the copied files have no destination');
  return {
    bucket: variables.text('files_bucket', files.bucket, 'Bucket with the copied files.'),
    folder: variables.text('files_folder', files.manifest.slice(0, end + 1), 'Folder with the copied files.'),
    manifest: variables.text('files_manifest', files.manifest, 'Object that lists the copied files.'),
    sha256: variables.text('files_sha256', files.sha256, 'SHA-256 of that object.'),
    destination: variables.text('files_destination', options.copyDestination, 'Directory on the machines.'),
  };
}
