"""The CDN: one origin for site and API, and the only way to the API."""

import json
from collections.abc import Mapping

from aws_cdk import CfnParameter, Duration, Fn, aws_certificatemanager, aws_cloudfront, aws_s3, aws_secretsmanager
from aws_cdk.aws_cloudfront_origins import HttpOrigin, S3BucketOrigin
from constructs import Construct

from infrastructure.api import security_headers
from infrastructure.config.deployment_target import Edge
from infrastructure.config.settings import Province

CERTIFICATE_ARN = "arn:.+:acm:us-east-1:.+"
VERSION_ID = "[A-Za-z0-9-]{0,64}"
WEB_ACL_ARN = "arn:.+:wafv2:us-east-1:.+:global/webacl/.+"

# Runs before everything else at the edge. What a client sends under these names is replaced or dropped.
CLIENT_ADDRESS_FUNCTION = """
function handler(event) {
  var request = event.request;
  request.headers['x-ssk-client'] = { value: event.viewer.ip };
  delete request.headers['x-ssk-origin'];
  return request;
}
"""
# The pages of the site, by which the edge knows that it is asked for another one.
SITE_PAGES = (
    "/index.html",
    "/declare.html",
    "/records.html",
    "/share.html",
    "/privacy.html",
    "/404.html",
    "/en/index.html",
    "/en/declare.html",
    "/en/records.html",
    "/en/share.html",
    "/en/privacy.html",
    "/tram/index.html",
    "/tram/help.html",
    "/en/station/index.html",
    "/en/station/help.html",
)
# An error page of the distribution would take the place of the API's own 404 too, so the edge answers before S3 does.
NO_SUCH_PAGE = (
    "<!DOCTYPE html><html lang=vi><meta charset=utf-8><meta name=viewport content=width=device-width>"
    "<title>Không có trang này</title><h1>Không có trang này</h1><p>Địa chỉ có thể đã bị gõ sai.</p>"
    "<p><a href=/>Về trang đầu</a></p><p lang=en>There is no such page. <a href=/en/>To the start</a></p>"
)
INDEX_PAGE_FUNCTION = (
    f"var PAGES = {json.dumps(SITE_PAGES)};\nvar BODY = {json.dumps(NO_SUCH_PAGE)};"
    + """
function handler(event) {
  var request = event.request;
  if (request.uri.endsWith('/')) {
    request.uri += 'index.html';
  }
  var name = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  var page = name.indexOf('.') < 0 || name.endsWith('.html');
  if (page && !request.uri.startsWith('/insights/') && PAGES.indexOf(request.uri) < 0) {
    return {
      statusCode: 404,
      statusDescription: 'Not Found',
      headers: { 'content-type': { value: 'text/html; charset=utf-8' }, 'cache-control': { value: 'no-store' } },
      body: { encoding: 'text', data: BODY },
    };
  }
  return request;
}
"""
)
# CloudFront keeps these for ten seconds for everybody, whatever `no-store` says, unless it is told otherwise:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
KEPT_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


class Cdn(Construct):
    """CloudFront before the site's bucket (`/`, `/insights/*`) and the API (`/v1/*`, never cached).

    The web ACL and the certificate are made by the edge stack in us-east-1, as CloudFront demands.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        province: Province,
        api_host: str,
        site: aws_s3.IBucket,
        origin_secret: aws_secretsmanager.ISecret,
        edge: Edge | None,
    ) -> None:
        super().__init__(scope, construct_id)
        certificate_arn = _parameter(scope, "CertificateArn", CERTIFICATE_ARN, edge.certificate_arn if edge else None)
        origin_value = self._origin_value(scope, origin_secret)
        self._headers = self._security_headers("SecurityHeaders", security_headers.NOT_BUILT_IN)
        camera = self._security_headers("CameraHeaders", security_headers.NOT_BUILT_IN_WITH_CAMERA)
        pages, pages_with_camera = self._pages(site, self._headers, camera)
        self.distribution = aws_cloudfront.Distribution(
            self,
            "Cdn",
            comment=f"So Suc Khoe {province.code}",
            domain_names=[province.domain],
            certificate=aws_certificatemanager.Certificate.from_certificate_arn(self, "Certificate", certificate_arn),
            web_acl_id=_parameter(scope, "WebAclArn", WEB_ACL_ARN, edge.web_acl_arn if edge else None),
            minimum_protocol_version=aws_cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=aws_cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=aws_cloudfront.PriceClass.PRICE_CLASS_200,  # the cheapest one with Vietnam's neighbours
            default_root_object="index.html",
            default_behavior=pages,
            error_responses=[
                aws_cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in KEPT_ERRORS
            ],
            additional_behaviors={
                "/insights/*": pages,
                **dict.fromkeys(security_headers.CAMERA_PAGES, pages_with_camera),
                "/v1/*": self._api(api_host, origin_value),
            },
        )

    def _pages(
        self, site: aws_s3.IBucket, *headers: aws_cloudfront.ResponseHeadersPolicy
    ) -> list[aws_cloudfront.BehaviorOptions]:
        """The site's pages, once with each set of headers."""
        origin = S3BucketOrigin.with_origin_access_control(
            site,
            # With the right to list, S3 says 404 of what is not there instead of 403.
            origin_access_levels=[aws_cloudfront.AccessLevel.READ, aws_cloudfront.AccessLevel.LIST],
        )
        name_the_index = self._at_viewer_request("NameTheIndex", INDEX_PAGE_FUNCTION)
        return [
            aws_cloudfront.BehaviorOptions(
                origin=origin,
                viewer_protocol_policy=aws_cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                cache_policy=aws_cloudfront.CachePolicy.CACHING_OPTIMIZED,
                response_headers_policy=policy,
                compress=True,
                function_associations=[name_the_index],
            )
            for policy in headers
        ]

    def _origin_value(self, scope: Construct, secret: aws_secretsmanager.ISecret) -> str:
        """A reference to the value that is current; CloudFormation reads it anew only when the version is another."""
        version = CfnParameter(
            scope,
            "OriginValueVersion",
            description="version of the origin secret that the CDN sends",
            allowed_pattern=VERSION_ID,
            default="",
        )
        words = [
            "{{resolve:secretsmanager:",
            secret.secret_arn,
            ":SecretString:current::",
            version.value_as_string,
            "}}",
        ]
        return Fn.join("", words)

    def _api(self, host: str, origin_value: str) -> aws_cloudfront.BehaviorOptions:
        return aws_cloudfront.BehaviorOptions(
            origin=HttpOrigin(
                host,
                custom_headers={"x-ssk-origin": origin_value},
                protocol_policy=aws_cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                origin_ssl_protocols=[aws_cloudfront.OriginSslPolicy.TLS_V1_2],
                read_timeout=Duration.seconds(30),
            ),
            viewer_protocol_policy=aws_cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=aws_cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=aws_cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=aws_cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=self._headers,
            compress=False,  # nor would it: it compresses only what it may cache; functions do where that is safe
            function_associations=[self._at_viewer_request("VouchForClient", CLIENT_ADDRESS_FUNCTION)],
        )

    def _security_headers(self, construct_id: str, custom: Mapping[str, str]) -> aws_cloudfront.ResponseHeadersPolicy:
        return aws_cloudfront.ResponseHeadersPolicy(
            self,
            construct_id,
            security_headers_behavior=aws_cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=aws_cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=security_headers.CONTENT_SECURITY_POLICY, override=True
                ),
                content_type_options=aws_cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=aws_cloudfront.ResponseHeadersFrameOptions(
                    frame_option=aws_cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=aws_cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=aws_cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=aws_cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.seconds(security_headers.STRICT_TRANSPORT_SECONDS),
                    include_subdomains=True,
                    override=True,
                ),
            ),
            custom_headers_behavior=aws_cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    aws_cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in custom.items()
                ]
            ),
        )

    def _at_viewer_request(self, construct_id: str, code: str) -> aws_cloudfront.FunctionAssociation:
        function = aws_cloudfront.Function(
            self,
            construct_id,
            code=aws_cloudfront.FunctionCode.from_inline(code.strip()),
            runtime=aws_cloudfront.FunctionRuntime.JS_2_0,
        )
        return aws_cloudfront.FunctionAssociation(
            function=function, event_type=aws_cloudfront.FunctionEventType.VIEWER_REQUEST
        )


def _parameter(scope: Construct, name: str, pattern: str, default: str | None) -> str:
    """An output of the edge stack. AWS gets no default, so nothing goes public without a web ACL and a certificate."""
    parameter = CfnParameter(
        scope, name, description=f"{name} of the edge stack", allowed_pattern=pattern, default=default
    )
    return parameter.value_as_string
