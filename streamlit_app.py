"""The front door: Streamlit runs this file for each visitor; its server takes from it what it answers besides pages."""

import os

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # before Arrow is loaded: its own pool holds on to 20 MB

import streamlit as st

if __name__ == "__main__":
    from ui import front

    front.show()
else:
    from core.api import reports
    from core.api.routes import routes
    from ui import signin
    from ui.opening import browser_opens

    signin.begin()
    base_path = st.get_option("server.baseUrlPath") or ""
    own_reports = reports.routes(base_path, signin.home_of_request if signin.is_on() else None)
    app = st.App(__file__, lifespan=browser_opens, routes=[*routes(base_path), *own_reports])
