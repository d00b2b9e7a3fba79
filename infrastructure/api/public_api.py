"""The HTTP API: explicit route keys only, a throttle for each, and an access log without paths or queries."""

import json
from collections.abc import Mapping

from aws_cdk import Stack, aws_apigatewayv2, aws_kms, aws_lambda
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infrastructure.config.routes import REFUSING_ROUTES, ROUTES, Route
from infrastructure.config.settings import Province
from infrastructure.monitoring.logs import create_log_group

# By route key: a path may hold a record's id, a query a person's number, an address a household.
ACCESS_LOG_FIELDS = {
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "latencyMs": "$context.responseLatency",
    "integrationLatencyMs": "$context.integrationLatency",
    "integrationStatus": "$context.integrationStatus",
    "error": "$context.error.responseType",
}
# Each route that is measured alone is paid as six metrics; these are the ones that the dashboard shows.
MEASURED_ROUTES = frozenset({"POST /v1/visits"})


class PublicApi(Construct):
    """API Gateway in front of the functions of `infrastructure.config.routes`, payload format 2.0."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        province: Province,
        functions: Mapping[str, aws_lambda.IFunction],
        log_key: aws_kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self._province = province
        self.api = aws_apigatewayv2.HttpApi(
            self, "Api", create_default_stage=False, description=f"So Suc Khoe {province.code}"
        )
        integrations = {name: _integration(name, function) for name, function in functions.items()}
        routes = [self._route(route, integrations[route.function]) for route in (*ROUTES, *REFUSING_ROUTES)]
        self.access_log = create_log_group(self, "AccessLog", key=log_key, days=province.retention_days.access_logs)
        stage = self._stage()
        for route in routes:
            stage.add_resource_dependency(route)  # route settings of a stage must find their routes

    @property
    def host(self) -> str:
        """The API's own host name, which the CDN calls."""
        stack = Stack.of(self)
        return f"{self.api.api_id}.execute-api.{stack.region}.{stack.url_suffix}"

    def _route(self, route: Route, integration: HttpLambdaIntegration) -> aws_apigatewayv2.CfnRoute:
        made = aws_apigatewayv2.HttpRoute(
            self,
            _construct_id(route),
            http_api=self.api,
            route_key=aws_apigatewayv2.HttpRouteKey.with_(route.path, aws_apigatewayv2.HttpMethod[route.method]),
            integration=integration,
        )
        low_level = made.node.default_child
        assert isinstance(low_level, aws_apigatewayv2.CfnRoute)
        return low_level

    def _stage(self) -> aws_apigatewayv2.CfnStage:
        slowest = min(self._province.throttle.values(), key=lambda throttle: throttle.rate)
        return aws_apigatewayv2.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=aws_apigatewayv2.CfnStage.AccessLogSettingsProperty(
                destination_arn=self.access_log.log_group_arn, format=json.dumps(ACCESS_LOG_FIELDS)
            ),
            default_route_settings=aws_apigatewayv2.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=slowest.rate,
                throttling_burst_limit=slowest.burst,
                detailed_metrics_enabled=False,
            ),
            route_settings={route.key: self._throttle(route) for route in (*ROUTES, *REFUSING_ROUTES)},
        )

    def _throttle(self, route: Route) -> dict[str, object]:
        throttle = self._province.throttle[route.function]
        return {
            "ThrottlingRateLimit": throttle.rate,
            "ThrottlingBurstLimit": throttle.burst,
            "DetailedMetricsEnabled": route.key in MEASURED_ROUTES,
        }


def _integration(name: str, function: aws_lambda.IFunction) -> HttpLambdaIntegration:
    return HttpLambdaIntegration(
        name,
        function,
        payload_format_version=aws_apigatewayv2.PayloadFormatVersion.VERSION_2_0,
        scope_permission_to_route=False,
    )


def _construct_id(route: Route) -> str:
    """`GET /v1/records/{id}` becomes `GetV1RecordsId`."""
    words = "".join(character if character.isalnum() else " " for character in route.key)
    return "".join(word.capitalize() for word in words.lower().split())
