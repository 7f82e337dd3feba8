// The trainer's desk in JupyterLab: a card in the launcher and a command that open it. This is what a module federation build would make,
// written by hand: a container with init, which gets the shared modules, and get, which gives the plugin.
"use strict";

window._JUPYTERLAB = window._JUPYTERLAB || {};
window._JUPYTERLAB["@avcourse/desk"] = (() => {
  const COMMAND = "avcourse:open-desk";
  const LABEL = "Koolitaja töölaud / Trainer’s desk";
  const CAPTION = "Klassid, hindamine, tagasiside ja areng / Classes, grading, feedback and gains";
  const ICON = {
    name: "avcourse:desk",
    svgstr:
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect x="2" y="4" width="20" height="13" rx="2" fill="#1b3a6b"/>' +
      '<path d="M6 13V9m4 4V7m4 6v-3" stroke="#fff" stroke-width="2"/><circle cx="18" cy="8.5" r="1.6" fill="#f0a35e"/>' +
      '<path d="M8 21h8M12 17v4" stroke="#1b3a6b" stroke-width="2"/></svg>',
  };
  let shared;

  /** Return a module that JupyterLab shares, whatever its version. */
  async function take(name) {
    const versions = Object.values(shared[name]);
    return (await versions[0].get())();
  }

  async function makePlugin() {
    const [{ ILauncher }, { ICommandPalette }, { LabIcon }] = await Promise.all(
      ["@jupyterlab/launcher", "@jupyterlab/apputils", "@jupyterlab/ui-components"].map(take),
    );
    return {
      id: "@avcourse/desk:launcher",
      description: "Opens the trainer's desk.",
      autoStart: true,
      optional: [ILauncher, ICommandPalette],
      activate(app, launcher, palette) {
        app.commands.addCommand(COMMAND, {
          label: LABEL,
          caption: CAPTION,
          icon: new LabIcon(ICON),
          execute: () => { window.open(`${app.serviceManager.serverSettings.baseUrl}avcourse/desk/`, "_blank", "noopener"); },
        });
        launcher?.add({ command: COMMAND, category: "Other", rank: 0 });
        palette?.addItem({ command: COMMAND, category: "avcourse" });
      },
    };
  }

  return {
    init: (scope) => { shared = scope; },
    get: async () => {
      const plugin = await makePlugin();
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
