import { fromBody } from '../body.ts';
import type { Json } from '../api.ts';
import type { DataSource } from '../resource.ts';
import { failed } from '../failed.ts';
import { schemas } from '../schemas.ts';
import type { Session } from '../session.ts';
import { textOf } from '../value.ts';
import type { ObjectValue } from '../value.ts';

const type = 'google_compute_image';
const { block } = schemas.dataSource(type);
const fields = {
  image_id: 'id',
  image_encryption_key_sha256: 'imageEncryptionKey.sha256',
  source_disk_encryption_key_sha256: 'sourceDiskEncryptionKey.sha256',
  most_recent: { rest: null },
  filter: { rest: null },
  project: { rest: null },
};

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/data-sources/compute_image */
export const computeImage: DataSource = {
  type,
  async read(config, session) {
    const project = textOf(config, 'project') || session.provider.project;
    const image = await find(config, project, session);
    const known = { ...config, project };
    return { ...fromBody(block, fields, image, known), id: `projects/${project}/global/images/${String(image.name)}` };
  },
};

async function find(config: ObjectValue, project: string, session: Session): Promise<Json> {
  const images = `/compute/v1/projects/${project}/global/images`;
  const [name, family, filter] = [textOf(config, 'name'), textOf(config, 'family'), textOf(config, 'filter')];
  if (filter !== '' && name === '' && family === '')
    return newest(await list(images, filter, session), config.most_recent === true);
  if (name === '' && family === '') throw new Error('one of name, family or filters must be set');
  const path = name === '' ? `${images}/family/${family}` : `${images}/${name}`;
  try {
    return await session.api.call({ method: 'GET', service: 'compute', path });
  } catch (error) {
    throw failed('error retrieving image information', error);
  }
}

async function list(path: string, filter: string, session: Session): Promise<Json[]> {
  try {
    const answer = await session.api.call({ method: 'GET', service: 'compute', path, query: { filter } });
    return (answer.items ?? []) as Json[];
  } catch (error) {
    throw failed('error retrieving list of images', error);
  }
}

function newest(images: Json[], ofMany: boolean): Json {
  const [image] = images.toSorted((a, b) => (String(a.creationTimestamp) < String(b.creationTimestamp) ? 1 : -1));
  if (image && (images.length === 1 || ofMany)) return image;
  throw new Error(
    'your filter has returned more than one image or no image. Please refine your filter to return exactly one image',
  );
}
