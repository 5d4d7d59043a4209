/** Object name of the shard `name` (`<sha256>.tar.zst`, `<sha256>.part.zst`) below the deployment's `files` folder. */
export function shardObject(directory: string, name: string): string {
  return `${directory}/shards/${name}`;
}

/** Object name of a manifest below the deployment's `files` folder. */
export function manifestObject(directory: string, sha256: string): string {
  return `${directory}/manifests/${sha256}.tsv`;
}

/** What an object of the folder is; `other` for every name that we would not give. */
export function kindOfObject(directory: string, object: string): 'shard' | 'manifest' | 'other' {
  if (!object.startsWith(`${directory}/`)) return 'other';
  const rest = object.slice(directory.length + 1);
  if (/^shards\/[0-9a-f]{64}\.(tar|part)\.zst$/.test(rest)) return 'shard';
  return /^manifests\/[0-9a-f]{64}\.tsv$/.test(rest) ? 'manifest' : 'other';
}
