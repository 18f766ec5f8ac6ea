// Packs a folder into one TAR before Streamlit's uploader sees it. The uploader sends file by file and draws its list anew
// for each: 800 photos take 24 seconds and 3,000 do not end; and of a folder that is dropped it forgets the paths. A TAR is
// made of the files where they lie, without reading them, so memory stays flat. When anything here fails, the uploader goes
// on in its own way.
(() => {
  if (window.fittingRoomPacksFolders) return;
  window.fittingRoomPacksFolders = true;
  const PACKED = "application/x-fitting-room-folder"; // tells the server what it is
  const MANY = 100; // files of a chosen folder; fewer come quickly enough, and with their paths
  const BLOCK = 512; // bytes: everything in a TAR is padded to it
  const LONG_NAME = "L".charCodeAt(0), FILE = "0".charCodeAt(0);
  const utf8 = new TextEncoder();

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.webkitdirectory || input.files.length < MANY) return;
    const files = [...input.files].map((file) => ({ file, path: file.webkitRelativePath }));
    if (handOver(input, files)) event.stopImmediatePropagation();
  }, true);

  document.addEventListener("drop", async (event) => {
    const zone = event.target instanceof Element && event.target.closest("[data-testid=stFileUploaderDropzone]");
    const input = zone && zone.querySelector("input[type=file]");
    const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!input || !takes(input, ".tar") || !entries.some((entry) => entry.isDirectory)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const type of ["dragleave", "dragend"]) event.target.dispatchEvent(new DragEvent(type, { bubbles: true }));
    const files = [];
    for (const entry of entries) await gather(entry, files);
    handOver(input, files);
  }, true);

  // Gives an uploader the TAR in place of the files; whether that went well.
  function handOver(input, files) {
    try {
      const packed = new DataTransfer();
      packed.items.add(tar(files.filter(({ path }) => wanted(input, path))));
      input.files = packed.files;
    } catch (error) {
      console.warn("The folder is sent file by file:", error);
      return false;
    }
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  // The files of a dropped folder, which come a hundred at a time.
  async function gather(entry, files) {
    const once = (call) => new Promise((resolve, reject) => call(resolve, reject));
    if (entry.isFile) {
      files.push({ file: await once((found, failed) => entry.file(found, failed)), path: entry.fullPath.slice(1) });
      return;
    }
    const reader = entry.createReader();
    for (let some = [null]; some.length;) {
      some = await once((found, failed) => reader.readEntries(found, failed));
      for (const each of some) await gather(each, files);
    }
  }

  // What the uploader would take, without what systems leave behind.
  function wanted(input, path) {
    return !/(^|\/)(\.|__macosx\/)/i.test(path) && takes(input, path);
  }

  function takes(input, path) {
    const endings = input.accept.toLowerCase().split(",").map((each) => each.trim()).filter((each) => each.startsWith("."));
    return endings.length === 0 || endings.some((ending) => path.toLowerCase().endsWith(ending));
  }

  function tar(files) {
    const parts = [];
    for (const { file, path } of files) {
      const name = utf8.encode(path);
      if (name.length > 100) parts.push(header(utf8.encode("././@LongLink"), name.length + 1, LONG_NAME), padded(name));
      parts.push(header(name, file.size, FILE), file, new Uint8Array(-file.size & (BLOCK - 1)));
    }
    const folder = (files[0]?.path ?? "folder").split("/")[0];
    return new File([...parts, new Uint8Array(2 * BLOCK)], `${folder}.tar`, { type: PACKED });
  }

  function padded(name) {
    const blocks = new Uint8Array(Math.ceil((name.length + 1) / BLOCK) * BLOCK);
    blocks.set(name);
    return blocks;
  }

  // POSIX ustar: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
  function header(name, size, type) {
    const block = new Uint8Array(BLOCK);
    const put = (at, text) => block.set(utf8.encode(text), at);
    const octal = (number, digits) => number.toString(8).padStart(digits, "0");
    block.set(name.subarray(0, 100));
    put(100, "0000644\0" + "0000000\0" + "0000000\0" + octal(size, 11) + "\0" + octal(0, 11) + "\0" + " ".repeat(8));
    block[156] = type;
    put(257, "ustar\0" + "00");
    put(148, octal(block.reduce((sum, byte) => sum + byte, 0), 6) + "\0 ");
    return block;
  }
})();
