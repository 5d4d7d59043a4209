import { defineService, route } from '../service.ts';
import type { Handler, Request, ServiceDefinition } from '../service.ts';
import { projectOf } from './projects.ts';
import { authorize } from './storage/access.ts';
import { batch } from './storage/batch.ts';
import { PolicyBody, getBucketPolicy, setBucketPolicy, testBucketPermissions } from './storage/bucket-iam.ts';
import { findBucket } from './storage/bucket.ts';
import { BucketBody } from './storage/bucket-fields.ts';
import { deleteBucket, getBucket, insertBucket, listBuckets, patchBucket, updateBucket } from './storage/buckets.ts';
import { ComposeBody, composeObject } from './storage/compose.ts';
import { copyObject, rewriteObject } from './storage/copy.ts';
import { download } from './storage/download.ts';
import { listObjects } from './storage/listing.ts';
import { ObjectBody, deleteObject, getObject, patchObject, updateObject } from './storage/objects.ts';
import { cancelUpload } from './storage/resumable.ts';
import { upload } from './storage/upload.ts';
import { xmlGetObject } from './storage/xml.ts';

const json: Record<string, Handler> = {
  'POST /b': route(BucketBody, insertBucket),
  'GET /b': listBuckets,
  'GET /b/{bucket}': getBucket,
  'PATCH /b/{bucket}': route(BucketBody, patchBucket),
  'PUT /b/{bucket}': route(BucketBody, updateBucket),
  'DELETE /b/{bucket}': deleteBucket,
  'GET /b/{bucket}/iam': getBucketPolicy,
  'PUT /b/{bucket}/iam': route(PolicyBody, setBucketPolicy),
  'GET /b/{bucket}/iam/testPermissions': testBucketPermissions,
  'GET /b/{bucket}/storageLayout': storageLayout,
  'GET /b/{bucket}/managedFolders': emptyList('storage#managedFolders'),
  'GET /b/{bucket}/folders': emptyList('storage#folders'),
  'GET /b/{bucket}/anywhereCaches': emptyList('storage#anywhereCaches'),
  'GET /b/{bucket}/o': listObjects,
  'GET /b/{bucket}/o/{object}': getObject,
  'PATCH /b/{bucket}/o/{object}': route(ObjectBody, patchObject),
  'PUT /b/{bucket}/o/{object}': route(ObjectBody, updateObject),
  'DELETE /b/{bucket}/o/{object}': deleteObject,
  'POST /b/{bucket}/o/{object}/compose': route(ComposeBody, composeObject),
  'POST /b/{bucket}/o/{object}/rewriteTo/b/{destinationBucket}/o/{destinationObject}': route(ObjectBody, rewriteObject),
  'POST /b/{bucket}/o/{object}/copyTo/b/{destinationBucket}/o/{destinationObject}': route(ObjectBody, copyObject),
  'GET /projects/{project}/serviceAccount': serviceAgent,
};

/** Cloud Storage: https://cloud.google.com/storage/docs/json_api/v1 and the reading part of its XML API. */
export const storage = defineService({
  host: 'storage.googleapis.com',
  mount: '',
  notModelled: [
    'access control lists, HMAC keys, signed URLs, public (anonymous) access: a token is always needed',
    'customer-supplied and customer-managed encryption keys, requester pays, notifications',
    'what lifecycle rules, retention policies and soft delete do: their settings are kept and returned, nothing expires',
    'folders, managed folders and hierarchical namespaces, moveTo, bulk restore, anywhere caches (the lists are empty)',
    'matchGlob and softDeleted in lists; partial responses (`fields` is ignored: every field is sent)',
    'decompression of gzip content on reading; ranges of several parts',
    'requests without a token where Google needs none: to the URL of an upload session, and from clients under STORAGE_EMULATOR_HOST, which send none',
    'the XML API beyond GET and HEAD of objects; the gRPC API',
    'the limit of about one write per second and object (a fault rule can answer 429)',
  ],
  routes: {
    ...Object.fromEntries(Object.entries(json).map(([key, handler]) => [key.replace(' ', ' /storage/v1'), handler])),
    // Clients that take STORAGE_EMULATOR_HOST for the whole base URL leave the version out.
    ...json,
    'GET /download/storage/v1/b/{bucket}/o/{object}': download,
    ...uploadRoutes('/upload/storage/v1'),
    // Where gcloud begins its resumable uploads.
    ...uploadRoutes('/resumable/upload/storage/v1'),
    'POST /batch/storage/v1': { raw: true, handler: batch },
    'POST /batch': { raw: true, handler: batch },
    'GET /{bucket}/{object=**}': xmlGetObject,
  },
});

function uploadRoutes(base: string): ServiceDefinition['routes'] {
  return {
    [`POST ${base}/b/{bucket}/o`]: { raw: true, handler: upload },
    [`PUT ${base}/b/{bucket}/o`]: { raw: true, handler: upload },
    [`DELETE ${base}/b/{bucket}/o`]: cancelUpload,
  };
}

function storageLayout(request: Request): object {
  const { name, location, locationType } = readable(request);
  return {
    kind: 'storage#storageLayout',
    bucket: name,
    location,
    locationType,
    hierarchicalNamespace: { enabled: false },
  };
}

function emptyList(kind: string): Handler {
  return (request) => {
    readable(request);
    return { kind, items: [] };
  };
}

function readable(request: Request): ReturnType<typeof findBucket> {
  const bucket = findBucket(request.store, request.params['bucket'] ?? '');
  authorize(request, bucket, 'storage.objects.list');
  return bucket;
}

function serviceAgent({ store, params, now }: Request): object {
  const { projectNumber } = projectOf(store, params['project'] ?? '', now);
  return {
    kind: 'storage#serviceAccount',
    email_address: `service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`,
  };
}
