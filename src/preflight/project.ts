import { fail } from '../core/faults.ts';
import { isGoogleError } from '../google/http.ts';
import { getProject } from '../google/projects.ts';
import type { Check } from './check.ts';

/** Does the project exist, and may we see it? Google says 403 for both, so one answer covers them. */
export const project: Check = {
  name: 'project',
  summary: 'PROJECT_ID exists and can be reached',
  async ask({ options, http }) {
    const { projectId } = options;
    try {
      const { projectNumber, lifecycleState } = await getProject(http, projectId);
      if (lifecycleState !== 'ACTIVE')
        throw fail('PROJECT_NOT_FOUND', { project: projectId }, { google: lifecycleState });
      return `number ${projectNumber}`;
    } catch (error) {
      if (isGoogleError(error, 401)) throw fail('CREDENTIALS_EXPIRED', { reason: error.message }, { cause: error });
      if (isGoogleError(error, 403, 'SERVICE_DISABLED') || isGoogleError(error, 403, 'accessNotConfigured')) {
        throw fail(
          'API_DISABLED',
          { apis: 'cloudresourcemanager.googleapis.com', project: projectId },
          { cause: error, google: error.message },
        );
      }
      if (isGoogleError(error, 403) || isGoogleError(error, 404)) {
        throw fail('PROJECT_NOT_FOUND', { project: projectId }, { cause: error, google: error.message });
      }
      throw error;
    }
  },
};
