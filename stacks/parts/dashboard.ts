import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard/index.js';

import type { Cluster } from './cluster.ts';

interface Chart {
  title: string;
  metric: string;
  /** How a counter becomes a rate, or a gauge a mean: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner */
  aligner: 'ALIGN_MEAN' | 'ALIGN_RATE';
  /** Rest of the filter. */
  only?: string;
}

// Written by the ops agent: https://cloud.google.com/monitoring/api/metrics_opsagent#agent-gpu
const gpuCharts: Chart[] = [
  { title: 'GPU utilisation', metric: 'agent.googleapis.com/gpu/utilization', aligner: 'ALIGN_MEAN' },
  {
    title: 'GPU memory in use',
    metric: 'agent.googleapis.com/gpu/memory/bytes_used',
    aligner: 'ALIGN_MEAN',
    only: 'metric.labels.memory_state="used"',
  },
];

// Written by Google itself: https://cloud.google.com/monitoring/api/metrics_gcp_c#gcp-compute
const machineCharts: Chart[] = [
  { title: 'CPU utilisation', metric: 'compute.googleapis.com/instance/cpu/utilization', aligner: 'ALIGN_MEAN' },
  {
    title: 'Network received',
    metric: 'compute.googleapis.com/instance/network/received_bytes_count',
    aligner: 'ALIGN_RATE',
  },
  { title: 'Network sent', metric: 'compute.googleapis.com/instance/network/sent_bytes_count', aligner: 'ALIGN_RATE' },
];

/** Adds one dashboard for the deployment's machines and no others; they are told by their label. */
export function addDashboard(cluster: Cluster): MonitoringDashboard | undefined {
  const { options } = cluster.input;
  if (!options.enableOpsAgent) return undefined;
  const charts = [...(options.gpuCount > 0 ? gpuCharts : []), ...machineCharts];
  const dashboard = {
    displayName: `Cluster ${cluster.prefix} (${cluster.uuid})`,
    labels: { 'cluster-provision': cluster.prefix, 'cluster-provision-id': cluster.uuid },
    mosaicLayout: {
      columns: 48,
      tiles: charts.map((chart, place) => ({
        xPos: (place % 2) * 24,
        yPos: Math.floor(place / 2) * 16,
        width: 24,
        height: 16,
        widget: { title: chart.title, xyChart: { dataSets: [dataSet(chart, cluster.uuid)] } },
      })),
    },
  };
  return new MonitoringDashboard(cluster.stack, 'dashboard', { dashboardJson: JSON.stringify(dashboard) });
}

function dataSet({ metric, aligner, only }: Chart, uuid: string) {
  const filter = [
    `metric.type="${metric}"`,
    'resource.type="gce_instance"',
    `metadata.user_labels."cluster-provision-id"="${uuid}"`,
    ...(only ? [only] : []),
  ];
  return {
    plotType: 'LINE',
    timeSeriesQuery: {
      timeSeriesFilter: {
        filter: filter.join(' '),
        aggregation: { alignmentPeriod: '60s', perSeriesAligner: aligner },
      },
    },
  };
}
