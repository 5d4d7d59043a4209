import { ApiError, Reply } from '../../service.ts';
import type { Request } from '../../service.ts';
import { download } from './download.ts';

// First segments of paths that belong to other APIs: what is asked there and unknown is no object.
const notBuckets = new Set(['compute', 'storage', 'upload', 'resumable', 'download', 'batch', '_sandbox']);

const codes: Readonly<Record<number, string>> = {
  400: 'InvalidArgument',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
};

/** https://cloud.google.com/storage/docs/xml-api/get-object-download: the object's name is not escaped here. */
export function xmlGetObject(request: Request): Reply {
  const { bucket = '' } = request.params;
  if (notBuckets.has(bucket) || bucket.endsWith('.googleapis.com')) {
    throw new ApiError(404, 'notFound', 'The requested URL was not found on this server.');
  }
  try {
    return download(withHeaderConditions(request));
  } catch (error) {
    if (error instanceof ApiError) return refusal(error);
    throw error;
  }
}

// The XML API has its preconditions in headers: https://cloud.google.com/storage/docs/xml-api/reference-headers
function withHeaderConditions(request: Request): Request {
  const { headers, query } = request;
  const ifGenerationMatch = headers['x-goog-if-generation-match'];
  const ifMetagenerationMatch = headers['x-goog-if-metageneration-match'];
  return {
    ...request,
    query: {
      ...query,
      ...(ifGenerationMatch ? { ifGenerationMatch } : {}),
      ...(ifMetagenerationMatch ? { ifMetagenerationMatch } : {}),
    },
  };
}

function refusal(error: ApiError): Reply {
  if (error.status === 304) return new Reply(304);
  const isBucket = error.message.includes('bucket does not exist');
  const code = isBucket ? 'NoSuchBucket' : (codes[error.status] ?? 'InternalError');
  const details = escape(error.message);
  const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${details}</Message></Error>`;
  return new Reply(error.status, body, { 'content-type': 'application/xml; charset=UTF-8' });
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
