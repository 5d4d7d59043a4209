# shellcheck shell=bash
# The notebook server of Deep Learning VM images. Google's proxy agent on the image gives it a link of its own.

duty_notebook() {
  if [[ $(metadata cp-notebook) != yes ]]; then skip 'switched off'; fi
  systemctl cat jupyter.service >/dev/null 2>&1 ||
    give_up 'this image has no jupyter.service: choose a Deep Learning VM image, or ENABLE_NOTEBOOK=no'
  retry 7 start_service jupyter.service || give_up 'jupyter.service does not run'
  detail "running$(proxy_link)"
}

# proxy_link: the link, where the agent has put it into the metadata by now; it may come minutes later.
proxy_link() {
  local url
  url=$(about_me instance/attributes/proxy-url 2>/dev/null || true)
  if [[ -n $url ]]; then printf ', https://%s' "$url"; fi
}
